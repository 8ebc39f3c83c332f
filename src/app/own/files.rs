//! Pictures and folders of pictures from the disk.

use super::collection::PIXELS;
use super::state::{LEARNT, OwnState, Tried};
use super::unzip::{self, Entry};
use crate::app::distil::{Archive, grey_png};
use crate::app::draw::digits::COUNT;
use crate::app::draw::fetch_digits;
use crate::app::draw::strokes::{History, PictureSource};
use crate::app::history::use_address;
use crate::app::link::WorkerLink;
use crate::app::off_screen;
use crate::app::reactive::effect;
use crate::app::task::spawn;
use crate::app::url::Room;
use crate::number;
use crate::protocol::{Event, Raster, Request};
use js_sys::{Array, Promise, Reflect, Uint8Array};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File, FileList};

const SIDE: u32 = 28;
/// More files than this at once are a mistake.
const MOST_FILES: u32 = 5_000;
/// Largest file that is opened, in bytes.
const MAX_FILE_BYTES: f64 = 30e6;
/// Largest archive, and largest file in it, in bytes.
const MAX_ARCHIVE_BYTES: f64 = 100e6;
const MAX_ENTRY_BYTES: u32 = 30_000_000;
/// Files that were left out are named, up to this many.
const NAMED: usize = 3;

/// A picture before it is decoded.
struct Source {
    /// With the folders that it lies in.
    path: String,
    content: Blob,
}

#[wasm_bindgen(raw_module = "../web/opened.js")]
extern "C" {
    /// Files in folders that were dropped.
    fn dropped(transfer: &DataTransfer, most: u32) -> Promise;
    /// Inflates what is in an archive.
    fn inflated(bytes: &[u8], most: u32) -> Promise;
}

/// Puts pictures into classes: into `class`, or, where there is none, into those that their folders are called.
pub fn add(state: OwnState, files: Option<FileList>, class: Option<String>) {
    let Some(files) = files.filter(|files| files.length() > 0) else { return };
    let all = (0..files.length()).filter_map(|index| files.get(index));
    let sources: Vec<Source> = all.map(|file| Source { path: path_of(&file), content: file.into() }).collect();
    spawn(async move { collect(state, sources, class).await });
}

/// The path of a file in an opened folder, or its name.
fn path_of(file: &File) -> String {
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

async fn collect(state: OwnState, sources: Vec<Source>, class: Option<String>) {
    if sources.len() > MOST_FILES as usize {
        let count = sources.len();
        let text =
            format!("These are {count} files, at most {MOST_FILES} can be opened at once. Choose a smaller folder.");
        state.notice.try_set(Some(text));
        return;
    }
    let (mut images, mut left_out) = (Vec::new(), Vec::new());
    for Source { path, content } in sources {
        let Some(class) = class.clone().or_else(|| folder_of(&path)) else { continue };
        match read(&content).await {
            Some(image) => images.push((class, image)),
            None => left_out.push(path.rsplit('/').next().unwrap_or_default().to_owned()),
        }
    }
    // The room may be gone by now.
    if state.collection.try_get_untracked().is_none() {
        return;
    }
    if images.is_empty() && left_out.is_empty() {
        let text = "There is no picture in a folder of its own. Choose a folder that holds one folder of pictures for each class.";
        state.notice.set(Some(text.into()));
        return;
    }
    state.change(|collection| images.iter().try_for_each(|(class, image)| collection.add(class, image)));
    if !left_out.is_empty() && state.notice.with_untracked(Option::is_none) {
        let named = left_out.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = if left_out.len() > NAMED { ", …" } else { "" };
        let count = left_out.len();
        state
            .notice
            .set(Some(format!("{count} of the files cannot be read as pictures and were left out: {named}{more}")));
    }
}

/// Puts the pictures of a zip archive into the classes that their folders are called.
pub fn open_archive(state: OwnState, files: Option<FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    spawn(async move {
        match sources_of(&file).await {
            Ok(sources) => collect(state, sources, None).await,
            Err(sentence) => {
                state.notice.try_set(Some(format!("{}: {sentence}", file.name())));
            }
        }
    });
}

async fn sources_of(file: &File) -> Result<Vec<Source>, String> {
    if file.size() > MAX_ARCHIVE_BYTES {
        return Err("this archive is larger than 100\u{a0}MB. Choose a smaller one, or open its folder.".into());
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| "it cannot be read.".to_owned())?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    let mut sources = Vec::new();
    for Entry { path, bytes, is_deflated } in unzip::entries(&bytes)? {
        let content: Uint8Array = if is_deflated {
            // More than a picture needs: it is left out like one that is broken.
            let content = JsFuture::from(inflated(bytes, MAX_ENTRY_BYTES)).await;
            content.map_or_else(|_| Uint8Array::new_with_length(0), Uint8Array::from)
        } else {
            Uint8Array::from(bytes)
        };
        let content = Blob::new_with_u8_array_sequence(&Array::of1(&content));
        let content = content.map_err(|_| "there is not enough memory for it.".to_owned())?;
        sources.push(Source { path: path.to_owned(), content });
    }
    Ok(sources)
}

/// All images as a zip archive that [`open_archive`] opens, with a folder for each class.
pub fn archive(state: OwnState) -> Vec<u8> {
    let mut archive = Archive::default();
    state.collection.with_untracked(|collection| {
        for class in &collection.classes {
            let folder = class.name.replace(['/', '\\'], "-");
            for index in 0..class.count() {
                let png = grey_png(class.image(index).unwrap_or_default());
                archive.add(&format!("{folder}/{:04}.png", index + 1), &png);
            }
        }
    });
    archive.finish()
}

/// Takes what was dropped: folders and archives are collected, a picture is asked about.
fn take(state: OwnState, link: WorkerLink, transfer: &DataTransfer) {
    let files = transfer.files();
    let found = dropped(transfer, MOST_FILES);
    spawn(async move {
        let Ok(found) = JsFuture::from(found).await else { return };
        let field = |entry: &JsValue, name: &str| Reflect::get(entry, &name.into()).unwrap_or_default();
        let sources: Vec<Source> = Array::from(&found)
            .iter()
            .filter_map(|entry| {
                Some(Source {
                    path: field(&entry, "path").as_string()?,
                    content: field(&entry, "file").dyn_into().ok()?,
                })
            })
            .collect();
        let is_archive = |path: &str| path.to_ascii_lowercase().ends_with(".zip");
        if sources.iter().any(|source| source.path.contains('/')) {
            collect(state, sources, None).await;
        } else if sources.first().is_some_and(|source| is_archive(&source.path)) {
            open_archive(state, files);
        } else {
            open_first(state, link, files);
        }
    });
}

/// Twenty threes and twenty eights of MNIST's test set.
pub fn example(state: OwnState) {
    const EACH: usize = 20;
    spawn(async move {
        let digits = match fetch_digits().await {
            Ok(digits) => digits,
            Err(sentence) => {
                state.notice.try_set(Some(sentence));
                return;
            }
        };
        if state.collection.try_get_untracked().is_none() {
            return;
        }
        state.change(|collection| {
            for (digit, name) in [(3, "three"), (8, "eight")] {
                let pictures = (0..).map(|index| digits.picture(index)).take(COUNT);
                let own = pictures.filter(
                    |picture| matches!(picture.source, PictureSource::TestDigit { label, .. } if label == digit),
                );
                own.take(EACH).try_for_each(|picture| collection.add(name, &picture.ink))?;
            }
            Ok(())
        });
    });
}

/// Asks the network about the first picture of a list.
pub fn open_first(state: OwnState, link: WorkerLink, files: Option<FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    spawn(async move {
        let Some(image) = read(&file).await else {
            let text = format!(
                "{}: this is not a picture that the browser can read. Choose a PNG, JPEG or WebP file.",
                file.name()
            );
            state.notice.try_set(Some(text));
            return;
        };
        state.notice.try_set(None);
        state.tried.try_set(Some(Tried { name: file.name(), image, probabilities: Vec::new() }));
        ask(state, link);
    });
}

/// Asks the network about the picture that is open.
pub fn ask(state: OwnState, link: WorkerLink) {
    let Some(Some(tried)) = state.tried.try_get_untracked() else { return };
    if state.learnt.with_untracked(Option::is_none) {
        return;
    }
    let drawing = Raster { width: SIDE, height: SIDE, pixels: tried.image.clone() };
    link.send(Request::Classify { model: LEARNT, drawing, normalize: false }, move |event| {
        if let Event::Classified { probabilities, .. } = event {
            state.tried.try_update(|now| {
                // Another one may have been opened meanwhile.
                if let Some(now) = now.as_mut().filter(|now| now.image == tried.image) {
                    now.probabilities.clone_from(probabilities);
                }
            });
        }
    });
}

/// Opens pictures that are dropped or pasted while the room is on screen, and forgets them once something is drawn.
pub fn follow(state: OwnState, link: WorkerLink) {
    let room = use_address().room();
    let is_here = move || room.get_untracked() == Room::Own;
    let dropped = window_event_listener(ev::drop, move |event| {
        if let Some(transfer) = event.data_transfer().filter(|_| is_here()) {
            take(state, link, &transfer);
        }
    });
    let pasted = window_event_listener(ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files());
        if is_here() && files.as_ref().is_some_and(|files| files.length() > 0) {
            event.prevent_default();
            open_first(state, link, files);
        }
    });
    on_cleanup(move || {
        dropped.remove();
        pasted.remove();
    });
    let draw = state.draw();
    effect(move || {
        draw.history.track();
        if draw.history.with_untracked(History::pen_is_down) {
            state.tried.set(None);
        }
    });
    // A network that has learnt more answers anew.
    effect(move || {
        if state.learnt.with(Option::is_some) {
            ask(state, link);
        }
    });
}

/// The folder in which a file lies; nothing for one at the top, or a hidden one.
fn folder_of(path: &str) -> Option<String> {
    let mut parts = path.rsplit('/');
    let (name, folder) = (parts.next()?, parts.next()?);
    let is_hidden = |part: &str| part.starts_with('.') || part.starts_with("__");
    (!is_hidden(folder) && !is_hidden(name)).then(|| folder.to_owned())
}

/// The middle square of a picture in 28x28 grey values; `None` where the browser cannot read it.
async fn read(file: &Blob) -> Option<Vec<u8>> {
    if file.size() > MAX_FILE_BYTES {
        return None;
    }
    let bitmap = off_screen::bitmap(file).await?;
    let (columns, rows) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let side = columns.min(rows);
    let (_, context) = off_screen::canvas(SIDE, SIDE)?;
    context.set_fill_style_str("#ffffff");
    context.fill_rect(0.0, 0.0, SIDE.into(), SIDE.into());
    let _ = Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
    let (left, top, to) = ((columns - side) / 2.0, (rows - side) / 2.0, f64::from(SIDE));
    context
        .draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            &bitmap, left, top, side, side, 0.0, 0.0, to, to,
        )
        .ok()?;
    bitmap.close();
    let rgba = context.get_image_data(0.0, 0.0, to, to).ok()?.data();
    let (pixels, _) = rgba.as_chunks::<4>();
    // ITU-R BT.709, as the eye weighs the colours.
    let grey = |&[r, g, b, _]: &[u8; 4]| -> u8 {
        number::whole((0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)).round())
    };
    let image: Vec<u8> = pixels.iter().map(grey).collect();
    (image.len() == PIXELS).then_some(image)
}
