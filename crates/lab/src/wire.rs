//! Curves as binary arrays.
//!
//! An answer is: the length of the head as `u32`; the head as JSON, padded with spaces to a multiple of 8 bytes; then
//! little-endian `f32` arrays: the times, and for each arm each read-out at these times. A read-out that is undefined is
//! all `NaN`, and the head says why.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::failure::Failure;

/// Media type of the answer.
pub(crate) const CURVES: &str = "application/vnd.resurge.curves";

/// A head and arrays, each of the length of the times.
///
/// # Errors
/// The head cannot be written as JSON.
pub(crate) fn curves<'v>(
    head: &impl Serialize,
    times: &[f64],
    arrays: impl IntoIterator<Item = &'v [f64]>,
) -> Result<Response, Failure> {
    let bytes = pack(head, times, arrays).map_err(|e| Failure::internal(e.to_string()))?;
    Ok(([(header::CONTENT_TYPE, CURVES)], bytes).into_response())
}

fn pack<'v>(
    head: &impl Serialize,
    times: &[f64],
    arrays: impl IntoIterator<Item = &'v [f64]>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = serde_json::to_vec(head)?;
    while (text.len() + 4) % 8 != 0 {
        text.push(b' ');
    }
    let mut bytes = Vec::with_capacity(text.len() + 4 + times.len() * 4 * 64);
    bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(text);
    let mut append = |values: &[f64]| bytes.extend(values.iter().flat_map(|v| (*v as f32).to_le_bytes()));
    append(times);
    let missing = vec![f64::NAN; times.len()];
    for array in arrays {
        append(if array.len() == times.len() { array } else { &missing });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::pack;

    #[test]
    fn arrays_follow_the_padded_head() {
        let bytes = pack(&serde_json::json!({"n": 2}), &[0.0, 1.5], [&[2.0, 3.0][..], &[]]).unwrap();
        let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        assert_eq!((length + 4) % 8, 0);
        let head: serde_json::Value = serde_json::from_slice(&bytes[4..4 + length]).unwrap();
        assert_eq!(head["n"], 2);
        let floats: Vec<f32> =
            bytes[4 + length..].chunks_exact(4).map(|c| f32::from_le_bytes(c.try_into().unwrap())).collect();
        assert_eq!(&floats[..4], &[0.0, 1.5, 2.0, 3.0]);
        assert!(floats[4].is_nan() && floats[5].is_nan() && floats.len() == 6);
    }
}
