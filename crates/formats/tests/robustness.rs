//! Broken input never stops the readers: truncated, mutated and random bytes.
//!
//! `RESURGE_FUZZ=200000 cargo test -p formats --release --test robustness fuzz` runs that many mutations
//! (`RESURGE_FUZZ_SEED` changes the seed).

mod common;

use formats::{bngl, net};
use proptest::prelude::*;

const MODEL: &str = "begin model\nbegin parameters\n 1 k 0.5*(2+3)^-1 # c\n V = 1e-3 / 2\nend parameters\n\
begin compartments\n EC 3 V\n PM 2 V EC\nend compartments\n\
begin molecule types\n R(l,y~U~P)\n L(r,r)\nend molecule types\n\
begin seed species\n @EC:L(r,r) 100*k\n $R(l,y~U)@PM 5\nend seed species\n\
begin observables\n Molecules Yp R(y~P!?)\n Species D @PM:R(l!1).L(r!1,r)==2, L()>1\nend observables\n\
begin functions\n f(x) = if(Yp(x)>1 && !k, exp(-k*time()), max(1,2,k))\n g() _pi\n \
 h() tfun([0,1.5],[2,-3],Yp,method=>\"step\")+tfun('a.tfun')\nend functions\n\
begin energy patterns\n R(l!1).L(r!1) -2*k\nend energy patterns\n\
begin reaction rules\n R1: %x:R(l,y~U) + L(r,r) <-> %x:R(l!1,y~U).L(r!1,r) f(x)*k, \\\n  k exclude_reactants(1,L,R(y~P)) TotalRate\n \
 R%a(y!+) -> R%a(y!+) + L(r,r) Sat(k,V) DeleteMolecules {MatchOnce}\n R(y~U) <-> R(y~P) Arrhenius(k,2)\n 0 -> L(r,r) g()\nend reaction rules\nend model\n\
generate_network({overwrite=>1,max_stoich=>{'R'=>5},v=>[1,2]})\nsetConcentration(\"R(l)\",2*(k+1))\n";

const NETWORK: &str = "begin parameters\n 1 k 1 # Constant\nend parameters\nbegin functions\n 1 f() k*G\nend functions\n\
begin species\n 1 A(b!1).B(a!1) 5\n 2 $C() k\nend species\nbegin reactions\n 1 1,2 0 0.5*k #R1\n 2 0 1 2*MM k k #R2\n\
end reactions\nbegin groups\n 1 G 2*1,2\nend groups\n";

/// Reads bytes as both formats; every diagnostic must point into the text and print.
fn survive(bytes: &[u8]) {
    let n_lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
    let model = bngl::parse_bytes(&[("m.bngl", bytes)]);
    let network = net::parse_bytes("n.net", bytes);
    for diagnostic in model.diagnostics.iter().chain(&network.diagnostics) {
        assert!(!diagnostic.to_string().is_empty());
        if let Some(location) = &diagnostic.location {
            assert!(location.line >= 1 && location.line as usize <= n_lines, "{diagnostic}");
        }
    }
    let _ = format!("{:?}", model.value);
    let _ = net::write(&network.value);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn truncated_models_are_read(cut in 0..MODEL.len(), net_cut in 0..NETWORK.len()) {
        survive(&MODEL.as_bytes()[..cut]);
        survive(&NETWORK.as_bytes()[..net_cut]);
    }

    #[test]
    fn mutated_models_are_read(edits in proptest::collection::vec((any::<u16>(), any::<u8>(), 0u8..3), 1..12)) {
        for text in [MODEL, NETWORK] {
            let mut bytes = text.as_bytes().to_vec();
            for (at, byte, kind) in &edits {
                mutate(&mut bytes, *at as usize, *byte, *kind);
            }
            survive(&bytes);
        }
    }

    #[test]
    fn random_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survive(&bytes);
    }

    #[test]
    fn random_lines_in_each_block_are_read(line in "[ -~\u{b5}]{0,60}", block in 0usize..10) {
        let name = ["parameters", "compartments", "molecule types", "species", "observables", "functions",
            "reaction rules", "reactions", "energy patterns", "actions"][block];
        survive(format!("begin {name}\n{line}\nend {name}\n").as_bytes());
    }
}

fn mutate(bytes: &mut Vec<u8>, at: usize, byte: u8, kind: u8) {
    const LIKELY: &[u8] = b"()!~@%,.:+-><$0123456789ab \n\\#*^={}\"";
    let byte = if byte < 200 { LIKELY[byte as usize % LIKELY.len()] } else { byte };
    let at = at % (bytes.len() + 1);
    match kind {
        0 if at < bytes.len() => bytes[at] = byte,
        1 if at < bytes.len() => {
            bytes.remove(at);
        }
        _ => bytes.insert(at, byte),
    }
}

#[test]
fn very_long_and_very_deep_input_is_read_in_good_time() {
    let start = std::time::Instant::now();
    let n = 100_000;
    for line in ["(", "a+", "A(", "A(b!1).", "-", "!", "a^", "%x:", "@c:", "{", "f(", "\u{b5}", "A()+", "1 "]
    {
        for block in [
            "parameters\nk ",
            "seed species\n",
            "observables\nMolecules X ",
            "reaction rules\n",
            "functions\nf() ",
            "functions\nf() tfun([",
            "energy patterns\n",
            "actions\nsimulate({a=>",
        ] {
            survive(format!("begin {block}{}", line.repeat(n)).as_bytes());
        }
    }
    let many_names: String = (0..n / 5).map(|i| format!("p{i} q{i}+q{i}\n")).collect();
    survive(format!("begin parameters\n{many_names}end parameters\n").as_bytes());
    let chain: String = (0..n / 5).map(|i| format!("p{i} p{}\n", i + 1)).collect();
    survive(format!("begin parameters\n{chain}end parameters\n").as_bytes());
    // Generous: a slow machine takes some seconds, a quadratic reader minutes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn fuzz_with_seeded_mutations() {
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let Some(n_runs) = number("RESURGE_FUZZ") else { return };
    let mut state = number("RESURGE_FUZZ_SEED").unwrap_or(1) | 1;
    let mut next = move || {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    let mut seeds: Vec<Vec<u8>> = vec![MODEL.into(), NETWORK.into()];
    if let Some(suites) = common::suites() {
        let folder = suites.join("bionetgen/Validate");
        let files = common::files(&folder, "bngl").into_iter().chain(common::files(&folder, "net"));
        seeds.extend(files.map(|p| std::fs::read(p).unwrap()).filter(|bytes| bytes.len() < 8000));
    }
    for _ in 0..n_runs {
        let mut bytes = seeds[next() % seeds.len()].clone();
        for _ in 0..1 + next() % 8 {
            mutate(&mut bytes, next(), (next() % 256) as u8, (next() % 3) as u8);
        }
        if next() % 4 == 0 {
            bytes.truncate(next() % (bytes.len() + 1));
        }
        survive(&bytes);
    }
}
