//! What the Trained view has asked for and got: which network, its coefficients, its reports.

use super::digit::{Key, digit_at_hand};
use super::expansion::{Expansion, Selection};
use super::job::Job;
use super::reports::{at_key, prunable_order, pruning_of, reported};
use crate::app::at_hand::RunAtHand;
use crate::app::draw::network::RUN_NETWORK;
use crate::app::history::{Address, use_address};
use crate::app::link::{WorkerLink, use_link};
use crate::app::reactive::{effect, effect_after, memo};
use crate::app::url::{PolynomialView, Room, TrainedState};
use crate::config::{Basis, ExpansionPoint, NetworkConfig};
use crate::number;
use crate::protocol::{About, Event, InteractionReport, ModelRef, PruningReport, Raster, Request, SpectrumReport};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Images on which a network without figures in the manifest is measured in the browser.
pub const IMAGES: u32 = 1_000;
/// Shares of the terms that are kept, as in the manifest's curves.
const KEPT: [f64; 14] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.02, 0.01];
/// All products of two pixels are listed for images of at most this many pixels.
pub const MOST_PIXELS: usize = 49;

/// Reports by [`Trained::key`].
type Reports<T> = RwSignal<BTreeMap<Key, Arc<T>>>;

/// Key of what is on view, whether its first order is missing, and the step and pixel whose products are missing.
type Due = (Key, bool, Option<(u32, usize)>);

/// Signals of the view. A context value; get it with [`use_trained`].
#[derive(Clone, Copy)]
pub struct Trained {
    /// The address, which holds what the visitor has chosen.
    pub address: Address,
    /// The worker.
    pub link: WorkerLink,
    /// Whether the view is on screen.
    pub is_visible: Memo<bool>,
    /// The network on view.
    pub network: Memo<ModelRef>,
    /// The image about which it is expanded.
    pub about: Memo<ExpansionPoint>,
    /// In which polynomials the way from there is written.
    pub basis: Memo<Basis>,
    /// The digit that was drawn last, or a test digit; and whether it is the visitor's own.
    pub digit: Memo<Option<(Raster, bool)>>,
    /// Network and point, and the drawing where it is the point: what is known is kept under it.
    pub key: Memo<Key>,
    /// Its settings, where they are known.
    pub config: Memo<Option<NetworkConfig>>,
    /// Why it has no polynomial, or cannot be asked for it.
    pub refusal: Memo<Option<&'static str>>,
    /// Class and opponent.
    pub selection: Memo<Selection>,
    /// The pixel in question.
    pub pixel: Memo<Option<usize>>,
    /// Coefficients of the network on view.
    pub expansion: Memo<Option<Arc<Expansion>>>,
    /// Counts the answers with coefficients: after each of them the check mark is due again.
    pub arrivals: RwSignal<u32>,
    /// Its order spectrum.
    pub spectrum: Memo<Option<Arc<SpectrumReport>>>,
    /// Its accuracy with fewer terms.
    pub pruning: Memo<Option<Arc<PruningReport>>>,
    /// Its coefficients against distance, for all classes together.
    pub interactions: Memo<Option<Arc<InteractionReport>>>,
    /// Asks for the constant and first order.
    pub first: Job,
    /// Asks for the products with the pixel in question.
    pub products: Job,
    /// Asks for all of second order.
    pub second: Job,
    /// Asks for the products of three with the pixel in question.
    pub third: Job,
    /// Measures the order spectrum.
    pub measurement: Job,
    /// Measures accuracies with fewer terms.
    pub prune: Job,
    expansions: RwSignal<BTreeMap<Key, Arc<Expansion>>>,
    spectra: Reports<SpectrumReport>,
    prunings: Reports<PruningReport>,
}

/// The state provided by the view.
///
/// # Panics
/// Outside the view, which provides it before its parts are built.
pub fn use_trained() -> Trained {
    expect_context::<Trained>()
}

const RESIDUAL: &str = "This network has ReLU functions between its layers, so it is no polynomial and has no expansion. \
     Choose a TaylorNet, or the plain convolutions, which are a polynomial of first order.";
const NO_RUN: &str = "There is no network in training. Start one in the Train room, or choose one that is shipped.";

fn refusal_of(network: &ModelRef, config: Option<&NetworkConfig>) -> Option<&'static str> {
    match config {
        Some(NetworkConfig::ResNet(_)) => Some(RESIDUAL),
        None if *network == RUN_NETWORK => Some(NO_RUN),
        Some(_) | None => None,
    }
}

impl Trained {
    /// Follows the address, the manifest and the Train room.
    pub fn new() -> Self {
        let (address, link) = (use_address(), use_link());
        let at_hand = use_context::<RunAtHand>();
        let chosen = move |read: fn(&TrainedState) -> Option<usize>| {
            memo(move |_| address.state.with(|state| read(&state.polynomial.trained)))
        };
        let network = memo(move |_| address.state.with(|state| state.polynomial.trained.network.clone()));
        let config = memo(move |_| match network.get() {
            ModelRef::Shipped(name) => NetworkConfig::named(&name).ok(),
            ModelRef::Run(_) => {
                at_hand.and_then(|at_hand| at_hand.0.with(|run| run.as_ref().map(|run| run.network.clone())))
            }
        });
        let about = memo(move |_| address.state.with(|state| state.polynomial.trained.about));
        let digit = digit_at_hand();
        let key = memo(move |_| Key::new(network.get(), about.get(), digit));
        let (expansions, spectra, prunings) =
            (RwSignal::new(BTreeMap::new()), RwSignal::new(BTreeMap::new()), RwSignal::new(BTreeMap::new()));
        let trained = Self {
            address,
            link,
            is_visible: memo(move |_| {
                address
                    .state
                    .with(|state| state.room == Room::Polynomial && state.polynomial.view == PolynomialView::Trained)
            }),
            network,
            about,
            basis: memo(move |_| address.state.with(|state| state.polynomial.trained.basis)),
            digit,
            key,
            config,
            refusal: memo(move |_| config.with(|config| refusal_of(&network.get(), config.as_ref()))),
            selection: memo(move |_| {
                address.state.with(|state| {
                    let TrainedState { class, against, .. } = state.polynomial.trained;
                    Selection { class, against: against.filter(|&other| other != class) }
                })
            }),
            pixel: chosen(|state| state.pixel),
            expansion: at_key(key, expansions),
            arrivals: RwSignal::new(0),
            spectrum: reported((key, network), about, spectra, |reports| &reports.spectra),
            pruning: pruning_of((key, network), about, config, prunings),
            interactions: reported((key, network), about, RwSignal::default(), |reports| &reports.interactions),
            first: Job::new(link),
            products: Job::new(link),
            second: Job::new(link),
            third: Job::new(link),
            measurement: Job::new(link),
            prune: Job::new(link),
            expansions,
            spectra,
            prunings,
        };
        trained.follow();
        trained
    }

    fn follow(self) {
        // A run that is given up takes its polynomial with it, and a worker its runs.
        let run_is_gone =
            memo(move |_| self.network.with(|network| *network == RUN_NETWORK) && self.refusal.with(Option::is_some));
        effect(move || {
            if run_is_gone.get() {
                self.expansions.update(|all| all.retain(|key, _| key.network != RUN_NETWORK));
                self.spectra.update(|all| all.retain(|key, _| key.network != RUN_NETWORK));
                self.prunings.update(|all| all.retain(|key, _| key.network != RUN_NETWORK));
            }
        });
        // First order costs next to nothing and comes by itself; so do the products with a chosen pixel.
        let is_due = memo(move |_| {
            let has_point = self.about.get() != ExpansionPoint::Drawing || self.digit.with(Option::is_some);
            self.is_visible.get()
                && has_point
                && self.refusal.with(Option::is_none)
                && self.expansion.with(Option::is_none)
        });
        let missing = memo(move |_| {
            let pixel = self.pixel.get()?;
            let known = self.expansion.get().filter(|_| self.is_visible.get())?;
            (pixel < known.pixels() && !known.has_slice(2, pixel)).then_some((known.step, pixel))
        });
        // One effect for all three, so that what is given up for the old network is never a request for the new one.
        effect_after(move |last: Option<Due>| {
            let now = (self.key.get(), is_due.get(), missing.get());
            let (same, was_due, was_missing) = match &last {
                Some((key, due, missing)) if *key == now.0 => (true, *due, *missing),
                Some(_) | None => (false, false, None),
            };
            if !same && last.is_some() {
                for job in [self.first, self.products, self.second, self.third, self.measurement, self.prune] {
                    job.cancel();
                }
            }
            if now.1 && !was_due {
                self.expand_first();
            }
            if let Some((_, pixel)) = now.2.filter(|_| now.2 != was_missing) {
                self.expand(self.products, 2, Some(pixel));
            }
            now
        });
    }

    /// Asks for the constant and first order, of the network as it is now.
    pub fn expand_first(self) {
        self.expand(self.first, 1, None);
    }

    /// Asks for all of second order.
    pub fn expand_second(self) {
        self.expand(self.second, 2, None);
    }

    /// Asks for the products of three with the pixel in question.
    pub fn expand_third(self) {
        if let Some(pixel) = self.pixel.get_untracked() {
            self.expand(self.third, 3, Some(pixel));
        }
    }

    fn expand(self, job: Job, order: u32, pixel: Option<usize>) {
        let (model, about, key) = (self.network.get_untracked(), self.point(), self.key.get_untracked());
        let request = Request::ExpandNetwork { model, about, order, pixel: pixel.map(number::to_u32) };
        job.start(request, move |event| {
            if let Event::Coefficients { coefficients } = event {
                self.expansions.update(|all| {
                    let known = all.entry(key.clone());
                    known
                        .and_modify(|known| Arc::make_mut(known).absorb(coefficients))
                        .or_insert_with(|| Arc::new(Expansion::new(coefficients)));
                });
                self.arrivals.update(|count| *count += 1);
            }
        });
    }

    /// Measures the order spectrum in the browser.
    pub fn measure(self) {
        let (model, about, key) = (self.network.get_untracked(), self.point(), self.key.get_untracked());
        let request = Request::MeasureSpectrum { model, about, images: IMAGES };
        self.measurement.start(request, move |event| {
            if let Event::Spectrum { report } = event {
                self.spectra.update(|all| drop(all.insert(key.clone(), Arc::new(report.clone()))));
            }
        });
    }

    /// Measures accuracies with fewer terms in the browser.
    pub fn measure_pruning(self) {
        let (model, about, key) = (self.network.get_untracked(), self.point(), self.key.get_untracked());
        let request = Request::PruneTerms {
            model,
            about,
            order: self.config.with_untracked(|config| prunable_order(config.as_ref())),
            images: IMAGES,
            kept: KEPT.to_vec(),
        };
        self.prune.start(request, move |event| {
            if let Event::Pruned { report } = event {
                self.prunings.update(|all| drop(all.insert(key.clone(), Arc::new(report.clone()))));
            }
        });
    }

    /// Changes what the visitor has chosen.
    pub fn choose(self, change: impl FnOnce(&mut TrainedState)) {
        self.address.state.update(|state| change(&mut state.polynomial.trained));
    }

    /// The point as requests to the worker name it.
    pub(super) fn point(self) -> About {
        let point = self.about.get_untracked();
        let drawing = self.digit.get_untracked().map(|(drawing, _)| drawing);
        About { point, drawing: drawing.filter(|_| point == ExpansionPoint::Drawing) }
    }

    /// Side of the image of the network on view.
    pub fn side(self) -> usize {
        self.config.with(|config| config.as_ref().map_or(7, |config| config.input().width.max(1)))
    }
}
