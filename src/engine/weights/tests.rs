//! Files with weights: what goes in comes out, and what cannot be used is refused with the reason.

use super::*;
use crate::config::{BlockConfig, CgConfig, ImageShape, LayerOperation, Sharing, TaylorNetConfig};
use burn::tensor::Tensor;

fn taylornet(channels: usize, sharing: Sharing) -> Network {
    let block = |stride| BlockConfig {
        channels,
        operation: LayerOperation::Cg,
        cg: CgConfig { sharing, ..CgConfig::square(stride, 1) },
    };
    let config = TaylorNetConfig {
        input: ImageShape { channels: 2, height: 6, width: 6 },
        blocks: vec![block(2), block(1)],
        normalization: false,
        mirrored: false,
        classes: 10,
    };
    Network::new(&NetworkConfig::TaylorNet(config)).unwrap()
}

fn file(network: &Network) -> WeightsFile {
    WeightsFile::folded("test", network, &network.layout().initial_values(1), &network.initial_statistics())
}

#[test]
fn files_come_back_as_they_were() {
    let networks = [taylornet(3, Sharing::Shared), taylornet(3, Sharing::Untied)];
    let named = ["taylornet-7", "conv-7", "resnet-7", "resnet-light", "direct-1", "direct-3"]
        .map(|name| Network::new(&NetworkConfig::named(name).unwrap()).unwrap());
    for network in networks.iter().chain(&named) {
        let file = file(network);
        assert_eq!(WeightsFile::from_bytes(&file.to_bytes().unwrap()).unwrap(), file);
    }
}

#[test]
fn half_precision_halves_the_file_and_keeps_three_digits() {
    let network = taylornet(5, Sharing::Shared);
    let single = file(&network);
    let bytes = single.to_bytes_in(Precision::Half).unwrap();
    let half = WeightsFile::from_bytes(&bytes).unwrap();
    assert!(2 * bytes.len() < single.to_bytes().unwrap().len() + 4_000);
    for (a, b) in single.parameters.iter().zip(&half.parameters) {
        // Half of the last of eleven binary digits, or of the smallest number there is.
        assert!((a - b).abs() <= (a.abs() / 2048.0).max(3e-8), "{a} became {b}");
    }
    assert_eq!(WeightsFile::from_bytes(&half.to_bytes_in(Precision::Half).unwrap()).unwrap(), half);
    let mut large = single;
    large.parameters[0] = 1e5;
    assert!(matches!(large.to_bytes_in(Precision::Half), Err(WeightsError::NotFinite { .. })));
}

#[test]
fn eight_bits_keep_each_weight_to_half_a_step_of_its_output() {
    for network in [taylornet(5, Sharing::Shared), taylornet(3, Sharing::Untied)] {
        let single = file(&network);
        let bytes = single.to_bytes_in(Precision::Byte).unwrap();
        let byte = WeightsFile::from_bytes(&bytes).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let mut start = 0;
        for part in parts(&network) {
            let range = start..start + part.len();
            start = range.end;
            let [before, after] = [&single.parameters[range.clone()], &byte.parameters[range]].map(|v| part.to_file(v));
            let Ok(scales) = tensors.tensor(&format!("{}.scale", part.name)) else {
                assert_eq!(before, after, "{}", part.name);
                continue;
            };
            let scales: Vec<f32> = bytemuck::pod_collect_to_vec(scales.data());
            let row = part.len() / scales.len();
            for (index, (a, b)) in before.iter().zip(&after).enumerate() {
                assert!((a - b).abs() <= 0.501 * scales[index / row], "{}: {a} became {b}", part.name);
            }
        }
        assert_eq!(tensors.tensor("head.weight.scale").unwrap().shape(), [10]);
        assert_eq!(WeightsFile::from_bytes(&byte.to_bytes_in(Precision::Byte).unwrap()).unwrap().network, byte.network);
    }
}

#[test]
fn damaged_files_of_eight_bits_are_refused_with_the_reason() {
    let mut weights = file(&taylornet(3, Sharing::Shared));
    let bytes = weights.to_bytes_in(Precision::Byte).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains("head.weight.scale"));
    let mut without = bytes.clone();
    let place = bytes.windows(17).position(|window| window == b"head.weight.scale").unwrap();
    without[place + 12..place + 17].copy_from_slice(b"other");
    let error = WeightsFile::from_bytes(&without).unwrap_err();
    assert!(matches!(&error, WeightsError::Tensor { tensor, .. } if tensor == "head.weight.scale"), "{error}");
    weights.parameters[4] = f32::NAN;
    assert!(matches!(weights.to_bytes_in(Precision::Byte), Err(WeightsError::NotFinite { .. })));
}

#[test]
fn networks_are_shipped_in_the_precision_that_keeps_files_small() {
    let of = |name: &str| Precision::shipped(&Network::new(&NetworkConfig::named(name).unwrap()).unwrap());
    assert_eq!([of("taylornet-28"), of("direct-4"), of("resnet-18")], Precision::ALL);
}

#[test]
fn a_direct_expansion_is_one_tensor_of_coefficients_and_one_of_constants() {
    let network = Network::new(&NetworkConfig::named("direct-2").unwrap()).unwrap();
    let mut weights = file(&network);
    // Monomial 60 for class 3; inside, classes come last.
    weights.parameters[60 * 10 + 3] = 0.5;
    let bytes = weights.to_bytes().unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str| tensors.tensor(name).unwrap().shape().to_vec();
    assert_eq!((shape("cg.weight"), shape("cg.bias")), (vec![10, 1, 1_274], vec![10]));
    let stored: Vec<f32> = bytemuck::pod_collect_to_vec(tensors.tensor("cg.weight").unwrap().data());
    assert_eq!(stored.iter().position(|&value| value > 0.0), Some(3 * 1_274 + 60));
}

#[test]
fn tensors_lie_in_the_documented_layout() {
    let network = taylornet(3, Sharing::Shared);
    let weights = file(&network);
    let bytes = weights.to_bytes().unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str| tensors.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("blocks.0.conv.weight"), [3, 2, 3, 3]);
    assert_eq!(shape("blocks.1.cg.weight"), [3, 3, 14]);
    assert_eq!((shape("head.weight"), shape("head.bias")), (vec![10, 12], vec![10]));
    // Inside, the convolution is [tap, channel in, channel out].
    let inside = &weights.parameters[network.layout().range("blocks.0.conv.weight").unwrap()];
    let stored: Vec<f32> = bytemuck::pod_collect_to_vec(tensors.tensor("blocks.0.conv.weight").unwrap().data());
    let (out, input, tap) = (2, 1, 5);
    assert!((stored[(out * 2 + input) * 9 + tap] - inside[(tap * 2 + input) * 3 + out]).abs() < f32::EPSILON);
}

#[test]
fn damaged_and_foreign_files_are_refused_with_the_reason() {
    let bytes = file(&taylornet(3, Sharing::Shared)).to_bytes().unwrap();
    for length in [0, 5, 8, 60, bytes.len() / 2, bytes.len() - 1] {
        assert!(matches!(WeightsFile::from_bytes(&bytes[..length]), Err(WeightsError::Damaged(_))), "{length}");
    }
    let foreign = serialize(Vec::<(String, TensorView)>::new(), None).unwrap();
    assert!(matches!(WeightsFile::from_bytes(&foreign), Err(WeightsError::NoDescription(_))));
}

#[test]
fn a_file_that_does_not_hold_what_it_describes_is_refused() {
    let bytes = file(&taylornet(3, Sharing::Shared)).to_bytes().unwrap();
    let header_end = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&bytes[8..header_end]).unwrap();
    // The description says four channels where the tensors have three.
    let lie = header.replace(r#"\"channels\":3"#, r#"\"channels\":4"#);
    assert_ne!(lie, header);
    let mut changed = (lie.len() as u64).to_le_bytes().to_vec();
    changed.extend(lie.as_bytes());
    changed.extend(&bytes[header_end..]);
    let error = WeightsFile::from_bytes(&changed).unwrap_err();
    assert!(matches!(&error, WeightsError::Tensor { tensor, .. } if tensor == "blocks.0.conv.weight"), "{error}");
}

#[test]
fn weights_that_are_not_finite_are_refused() {
    let mut weights = file(&taylornet(3, Sharing::Shared));
    weights.parameters[4] = f32::NAN;
    assert!(matches!(weights.to_bytes(), Err(WeightsError::NotFinite { .. })));
}

#[test]
fn a_network_with_normalisation_is_refused() {
    let network = NetworkConfig::named("taylornet-7").unwrap();
    let parameters = vec![0.0; network.parameters().unwrap()];
    let weights = WeightsFile { name: "x".into(), network, parameters, classes: Vec::new() };
    assert_eq!(weights.to_bytes(), Err(WeightsError::NotFolded));
}

/// The same file with another description: `change` gets its JSON.
fn redescribed(bytes: &[u8], change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let (_, header) = SafeTensors::read_metadata(bytes).unwrap();
    let mut description = serde_json::from_str(&header.metadata().as_ref().unwrap()[METADATA_KEY]).unwrap();
    change(&mut description);
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), description.to_string())]);
    serialize(SafeTensors::deserialize(bytes).unwrap().tensors(), Some(metadata)).unwrap()
}

#[test]
fn a_network_for_larger_pixels_becomes_the_same_network_for_ours() {
    // f(255 x) for inputs x from 0 to 1: what the file says of its pixels must come out, not what we would have said.
    let image = Tensor::<4>::from_data([[[[0.5_f32]; 7]; 7]; 1], &burn::tensor::Device::flex());
    for name in ["taylornet-7", "resnet-7", "direct-3"] {
        let network = Network::new(&NetworkConfig::named(name).unwrap()).unwrap();
        let mut original = file(&network);
        if name == "direct-3" {
            // All of one sign, so that rounding stays far below the sum.
            original.parameters = (0..original.parameters.len()).map(|index| (index % 7 + 1) as f32 * 1e-9).collect();
        }
        let bytes = redescribed(&original.to_bytes().unwrap(), |description| description["pixel_scale"] = 1.into());
        let read = WeightsFile::from_bytes(&bytes).unwrap();
        let answer = |file: &WeightsFile, image: Tensor<4>| {
            let predictor = crate::engine::evaluate::Predictor::of_file(file, &burn::tensor::Device::flex()).unwrap();
            predictor.forward(image).into_data().try_to_vec::<f32>().unwrap()
        };
        let expected = answer(&original, image.clone().mul_scalar(255.0));
        let size = expected.iter().fold(0.0, |size: f32, value| size.max(value.abs()));
        for (a, b) in answer(&read, image.clone()).iter().zip(&expected) {
            assert!((a - b).abs() <= 1e-4 * size, "{name}: {a} instead of {b}");
        }
    }
}

#[test]
fn descriptions_that_cannot_be_followed_are_refused() {
    let bytes = file(&taylornet(3, Sharing::Shared)).to_bytes().unwrap();
    let read = |change: fn(&mut serde_json::Value)| WeightsFile::from_bytes(&redescribed(&bytes, change));
    assert!(read(|_| {}).is_ok());
    assert!(matches!(read(|it| it["pixel_offset"] = (-0.5).into()), Err(WeightsError::PixelOffset { .. })));
    for scale in [0.0, -1.0] {
        let changed = redescribed(&bytes, |it| it["pixel_scale"] = scale.into());
        assert!(matches!(WeightsFile::from_bytes(&changed), Err(WeightsError::PixelScale { .. })));
    }
    // Twelve levels of 512 untied channels on a large image would need more memory than there is.
    let greedy = read(|it| {
        it["network"]["input"] = serde_json::json!({"channels": 1, "height": 256, "width": 256});
        let mut block = it["network"]["blocks"][1].clone();
        block["channels"] = 512.into();
        block["cg"]["sharing"] = "untied".into();
        it["network"]["blocks"] = vec![block; 12].into();
    });
    assert!(matches!(greedy, Err(WeightsError::TooSmall { .. })), "{greedy:?}");
}
