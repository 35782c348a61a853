//! Gives changed texts to a reader until it panics, takes too long, or the time is over.
//!
//! `cargo xtask fuzz READER` builds and runs this with a limit on memory. Usage: `fuzz READER SECONDS SEED FAILURES FILE...`
//! `FILE` are texts to begin with; an input that fails is left in the folder `FAILURES`, and the program ends with 1.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use formats::{Source, antimony, bngl, net, omex, sbml, sedml};
use pathway::Library;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One input may take so long; the seeds take milliseconds.
const MOST: Duration = Duration::from_secs(10);
/// Inputs do not grow beyond this.
const MOST_BYTES: usize = 1 << 18;
/// Pieces that readers look at twice.
const PIECES: [&[u8]; 24] = [
    b"\0",
    b"\xff\xfe",
    "\u{200b}".as_bytes(),
    b"\n",
    b"\"",
    b"'",
    b"<",
    b">",
    b"</",
    b"&#0;",
    b"&lt;",
    b"<!--",
    b"]]>",
    b"-1",
    b"1e308",
    b"1e-320",
    b"nan",
    b"inf",
    b"18446744073709551616",
    b"((((((((",
    b"{",
    b"begin ",
    b"../",
    b"!0",
];

/// What is done with an input.
type Reader = Box<dyn Fn(&[u8])>;
/// The input under way, and since when.
type UnderWay = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [reader, seconds, seed, failures, files @ ..] = arguments.as_slice() else {
        eprintln!("usage: fuzz READER SECONDS SEED FAILURES FILE...");
        std::process::exit(2);
    };
    let (Ok(seconds), Ok(seed)) = (seconds.parse(), seed.parse()) else {
        eprintln!("SECONDS and SEED are whole numbers");
        std::process::exit(2);
    };
    let Some(read) = reader_of(reader) else {
        eprintln!("no reader {reader:?}: sbml, antimony, bngl, net, sedml, omex, experiment");
        std::process::exit(2);
    };
    let seeds: Vec<Vec<u8>> = files
        .iter()
        .map(|file| std::fs::read(file).unwrap_or_else(|e| panic!("{file}: {e}")))
        .filter(|bytes| bytes.len() <= MOST_BYTES)
        .collect();
    assert!(!seeds.is_empty(), "there is no text to begin with");
    let failures = PathBuf::from(failures);
    let under_way = UnderWay::default();
    watch(under_way.clone(), &failures, reader);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut count, mut longest) = (0_u64, Duration::ZERO);
    while Instant::now() < end {
        let input = changed(&seeds, &mut random);
        set(&under_way, Some((Instant::now(), input.clone())));
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&input)));
        set(&under_way, None);
        longest = longest.max(started.elapsed());
        count += 1;
        if outcome.is_err() {
            fail(&failures, reader, "panics", &input);
        }
    }
    println!("{reader}: {count} inputs from {} seeds, the longest took {longest:.1?}", seeds.len());
}

/// What a reader does with bytes; what it makes of them is also written, where there is a writer.
fn reader_of(name: &str) -> Option<Reader> {
    fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(bytes)
    }
    Some(match name {
        "sbml" => Box::new(|bytes| {
            let text = text(bytes);
            let source = Source::new("input.xml", &text);
            if sbml::is_logical(&text) {
                let _ = sbml::parse_logical(source);
            } else {
                let parsed = sbml::parse(source);
                if !parsed.has_errors() {
                    let _ = (sbml::write(&parsed.value), antimony::write(&parsed.value));
                }
            }
        }),
        "antimony" => Box::new(|bytes| {
            let text = text(bytes);
            let parsed = antimony::parse(Source::new("input.ant", &text), &|_| None);
            if !parsed.has_errors() {
                let _ = (sbml::write(&parsed.value), antimony::write(&parsed.value));
            }
        }),
        "bngl" => Box::new(|bytes| {
            let _ = bngl::parse_bytes(&[("input.bngl", bytes)]);
        }),
        "net" => Box::new(|bytes| {
            let parsed = net::parse_bytes("input.net", bytes);
            if !parsed.has_errors() {
                let _ = net::write(&parsed.value);
            }
        }),
        "sedml" => Box::new(|bytes| {
            let text = text(bytes);
            let _ = sedml::parse(Source::new("input.sedml", &text));
        }),
        // The text is the manifest of an archive, or its bytes are the archive.
        "omex" => Box::new(|bytes| {
            let _ = omex::read(bytes);
            let mut archive = omex::Archive::default();
            archive.add("manifest.xml", bytes.to_vec(), false);
            let _ = omex::Archive::unpacked(archive.files);
        }),
        "experiment" => {
            let library = Library::embedded().expect("the embedded library is whole");
            Box::new(move |bytes| {
                let _ = library.clone().add_experiment_file("input.toml", &text(bytes));
            })
        }
        _ => return None,
    })
}

/// One of the seeds with some changes.
fn changed(seeds: &[Vec<u8>], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = seeds[random.gen_range(0..seeds.len())].clone();
    for _ in 0..random.gen_range(1..=8) {
        change(&mut bytes, seeds, random);
        bytes.truncate(MOST_BYTES);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut ChaCha8Rng) {
    let range = |n: usize, most: usize, random: &mut ChaCha8Rng| {
        let start = random.gen_range(0..=n);
        start..n.min(start + random.gen_range(0..=most))
    };
    let here = random.gen_range(0..=bytes.len());
    match random.gen_range(0..8) {
        0 if here < bytes.len() => bytes[here] ^= 1 << random.gen_range(0..8),
        1 => {
            let piece = PIECES[random.gen_range(0..PIECES.len())];
            bytes.splice(here..here, piece.iter().copied());
        }
        2 => drop(bytes.drain(range(bytes.len(), 64, random))),
        // A part twice, or very often.
        3 => {
            let part = bytes[range(bytes.len(), 200, random)].to_vec();
            let times = if random.gen_bool(0.1) { 500 } else { 1 };
            bytes.splice(here..here, part.repeat(times));
        }
        // A part of another text.
        4 => {
            let other = &seeds[random.gen_range(0..seeds.len())];
            let part = other[range(other.len(), 400, random)].to_vec();
            bytes.splice(here..here, part);
        }
        // Two parts change places.
        5 => {
            let part: Vec<u8> = bytes.drain(range(bytes.len(), 100, random)).collect();
            let there = random.gen_range(0..=bytes.len());
            bytes.splice(there..there, part);
        }
        6 => bytes.truncate(here),
        // A number becomes another one.
        _ => {
            let digits: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i].is_ascii_digit()).collect();
            if !digits.is_empty() {
                let at = digits[random.gen_range(0..digits.len())];
                let other = PIECES[random.gen_range(13..19)];
                bytes.splice(at..=at, other.iter().copied());
            }
        }
    }
}

/// Ends the program when an input takes too long.
fn watch(under_way: UnderWay, failures: &Path, reader: &str) {
    let (failures, reader) = (failures.to_path_buf(), reader.to_string());
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let late =
                under_way.lock().ok().and_then(|now| now.clone().filter(|(since, _)| since.elapsed() > MOST));
            if let Some((_, input)) = late {
                fail(&failures, &reader, "takes too long", &input);
            }
        }
    });
}

fn set(under_way: &UnderWay, now: Option<(Instant, Vec<u8>)>) {
    if let Ok(mut slot) = under_way.lock() {
        *slot = now;
    }
}

/// Leaves the input behind and ends the program.
fn fail(failures: &Path, reader: &str, what: &str, input: &[u8]) -> ! {
    let path = failures.join(format!("{reader}-{}", &blake3::hash(input).to_hex()[..12]));
    let kept = std::fs::create_dir_all(failures).and_then(|()| std::fs::write(&path, input));
    eprintln!("{reader} {what}: {}", kept.map_or_else(|e| e.to_string(), |()| path.display().to_string()));
    std::process::exit(1);
}
