use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use pathway::Library;
use tower::ServiceExt;

use super::*;

fn app_with(time_limit: Duration) -> axum::Router {
    let bench = Bench::new(Library::embedded().unwrap()).unwrap();
    let lab = Lab::new(bench, RunSettings::default(), time_limit, History::in_memory().unwrap()).unwrap();
    router(lab, Guard::new("secret", vec!["127.0.0.1:8420".into()], 8420))
}

fn app() -> axum::Router {
    // Unoptimised tests on a busy machine take a minute for the largest experiment.
    app_with(Duration::from_secs(300))
}

fn get(path: &str) -> Request<Body> {
    request("GET", path, "")
}

fn request(method: &str, path: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "127.0.0.1:8420")
        .header(header::COOKIE, "resurge_lab_8420=secret")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

async fn ask(app: &axum::Router, request: Request<Body>) -> (StatusCode, Vec<u8>) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn ask_json(app: &axum::Router, request: Request<Body>) -> serde_json::Value {
    let (status, bytes) = ask(app, request).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&bytes));
    serde_json::from_slice(&bytes).unwrap()
}

/// Head and arrays of binary curves.
fn unpack(bytes: &[u8]) -> (serde_json::Value, Vec<f32>) {
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    let head = serde_json::from_slice(&bytes[4..4 + length]).unwrap();
    let floats =
        bytes[4 + length..].chunks_exact(4).map(|c| f32::from_le_bytes(c.try_into().unwrap())).collect();
    (head, floats)
}

const AZD: &str = r#"{"page":"p","scenario":{"cell":"BT-474","hours":24,
    "agents":[{"agent":"AZD8055","dose_nm":500,"pulses":[[0,24]]}]}}"#;

#[tokio::test]
async fn the_token_becomes_a_cookie_and_leaves_the_address() {
    let app = app();
    let first = Request::builder().uri("/?token=secret").header(header::HOST, "127.0.0.1:8420");
    let response = app.clone().oneshot(first.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], "/");
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    let (status, _) = ask(&app, get("/")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn without_the_token_nothing_is_told() {
    let app = app();
    for path in ["/", "/api", "/api/catalog", "/api/scoreboard"] {
        let stranger =
            Request::builder().uri(path).header(header::HOST, "127.0.0.1:8420").body(Body::empty());
        let (status, bytes) = ask(&app, stranger.unwrap()).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        assert!(String::from_utf8_lossy(&bytes).contains("token"), "{path}");
    }
}

#[tokio::test]
async fn a_treatment_gives_the_curves_of_the_library() {
    let app = app();
    let (status, bytes) = ask(&app, request("POST", "/api/run", AZD)).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&bytes));
    let (head, floats) = unpack(&bytes);
    let n = head["n_times"].as_u64().unwrap() as usize;
    let readouts: Vec<&str> =
        head["readouts"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
    assert_eq!(floats.len(), n * (1 + 2 * readouts.len()));
    let index = readouts.iter().position(|r| *r == "pAKT_T308").unwrap();
    let curve = |arm: usize| &floats[n * (1 + arm * readouts.len() + index)..][..n];
    let (untreated, treated) = (curve(0), curve(1));
    assert!(untreated.iter().all(|v| (v / untreated[0] - 1.0).abs() < 1e-3));
    let lowest = treated.iter().copied().fold(f32::INFINITY, f32::min);
    assert!(lowest < 0.5 * treated[0], "AZD8055 takes T308 away: {lowest} of {}", treated[0]);
    assert!(head["arms"][1]["words"]["pAKT_T308"].as_str().unwrap().starts_with("falls to"));
}

#[tokio::test]
async fn what_cannot_be_run_is_named() {
    let app = app();
    let cases = [
        (AZD.replace("BT-474", "HeLa"), StatusCode::NOT_FOUND, "HeLa"),
        (AZD.replace("AZD8055", "aspirin"), StatusCode::NOT_FOUND, "aspirin"),
        (AZD.replace("500", "-5"), StatusCode::UNPROCESSABLE_ENTITY, "-5"),
        (AZD.replace("\"hours\":24", "\"hours\":1e9"), StatusCode::UNPROCESSABLE_ENTITY, "1000000000"),
        (AZD.replace("dose_nm", "dose_uM"), StatusCode::UNPROCESSABLE_ENTITY, "dose_uM"),
        ("{".to_string(), StatusCode::BAD_REQUEST, ""),
    ];
    for (body, expected, part) in cases {
        let (status, bytes) = ask(&app, request("POST", "/api/run", &body)).await;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(status, expected, "{text}");
        assert!(text.contains(part), "{text}");
    }
    let (status, _) = ask(&app, request("POST", "/api/run", &" ".repeat(LARGEST_BODY + 1))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_run_beyond_the_time_limit_gives_no_numbers() {
    let app = app_with(Duration::from_micros(1));
    let (status, bytes) = ask(&app, request("POST", "/api/run", AZD)).await;
    assert_eq!(status, StatusCode::REQUEST_TIMEOUT, "{}", String::from_utf8_lossy(&bytes));
}

#[tokio::test]
async fn experiments_open_on_the_bench_or_say_why_not() {
    let app = app();
    let catalog = ask_json(&app, get("/api/catalog")).await;
    for experiment in catalog["experiments"].as_array().unwrap() {
        let id = experiment["id"].as_str().unwrap();
        let answer = ask_json(&app, get(&format!("/api/experiments/{id}"))).await;
        for arm in answer["arms"].as_array().unwrap() {
            assert!(arm["scenario"].is_object() != arm["reason"].is_string(), "{id}: {arm}");
            if arm["scenario"].is_object() {
                let body = serde_json::json!({"page": "p", "scenario": arm["scenario"]}).to_string();
                let (status, bytes) = ask(&app, request("POST", "/api/run", &body)).await;
                assert_eq!(status, StatusCode::OK, "{id}: {}", String::from_utf8_lossy(&bytes));
            }
        }
    }
    let (status, _) = ask(&app, get("/api/experiments/none")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_arm_on_the_bench_gives_the_numbers_of_the_experiment() {
    let app = app();
    let answer = ask_json(&app, get("/api/experiments/rodrik2011-azd8055")).await;
    let body = serde_json::json!({"page": "p", "scenario": answer["arms"][1]["scenario"]}).to_string();
    let (bench, bench_values) = unpack(&ask(&app, request("POST", "/api/run", &body)).await.1);
    let path = "/api/experiments/rodrik2011-azd8055/run";
    let (paper, paper_values) = unpack(&ask(&app, request("POST", path, r#"{"page":"p"}"#)).await.1);
    let last = |head: &serde_json::Value, floats: &[f32], arm: usize| {
        let (n, readouts) =
            (head["n_times"].as_u64().unwrap() as usize, head["readouts"].as_array().unwrap());
        let index = readouts.iter().position(|r| r == "pAKT_T308").unwrap();
        floats[n * (1 + arm * readouts.len() + index) + n - 1]
    };
    let (a, b) = (last(&bench, &bench_values, 1), last(&paper, &paper_values, 1));
    // Steps end at other places when other times are asked for nowhere: only f32 rounding is left.
    assert!((a / b - 1.0).abs() < 1e-5, "{a} and {b}");
}

#[tokio::test]
async fn every_finding_has_a_verdict_and_a_card() {
    let app = app();
    let board = ask_json(&app, get("/api/scoreboard")).await;
    let findings = board["findings"].as_array().unwrap();
    let library = Library::embedded().unwrap();
    assert_eq!(findings.len(), library.findings().len() + library.not_run().len());
    let card = ask_json(&app, get(&format!("/api/evidence?about={}", library.findings()[0].id))).await;
    assert_eq!(card["kind"], "finding");
    for about in ["pAKT_T308", "AZD8055", "PTEN", "TSC2_GAP", "k_AKT_TSC2"] {
        let card = ask_json(&app, get(&format!("/api/evidence?about={about}"))).await;
        assert!(!card["title"].as_str().unwrap().is_empty(), "{about}");
    }
    assert_eq!(ask(&app, get("/api/evidence?about=nothing")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn settings_are_kept_listed_and_deleted() {
    let app = app();
    let body = r#"{"title":"AZD","view":"{}"}"#;
    let id = ask_json(&app, request("POST", "/api/history", body)).await["id"].as_i64().unwrap();
    let list = ask_json(&app, get("/api/history")).await;
    assert_eq!(list[0]["title"], "AZD");
    assert_eq!(ask(&app, request("DELETE", &format!("/api/history/{id}"), "")).await.0, StatusCode::OK);
    assert_eq!(
        ask(&app, request("DELETE", &format!("/api/history/{id}"), "")).await.0,
        StatusCode::NOT_FOUND
    );
    let long = serde_json::json!({"title": "x", "view": "y".repeat(70_000)}).to_string();
    assert_eq!(ask(&app, request("POST", "/api/history", &long)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_matrix_compares_pairs_with_their_references() {
    let app = app();
    let ask_for = |a: &str, doses: &str| {
        format!(
            r#"{{"page":"p","scenario":{{"cell":"BT-474","hours":24}},"a":{{"agent":"{a}","doses_nm":{doses}}},
                "b":{{"agent":"lapatinib","doses_nm":[0,10,100,1000]}},"readout":"pAKT_T308","hour":1}}"#
        )
    };
    let (status, bytes) =
        ask(&app, request("POST", "/api/matrix", &ask_for("AZD8055", "[0,5,50,500]"))).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&bytes));
    let (head, floats) = unpack(&bytes);
    assert_eq!(floats.len(), head["n_times"].as_u64().unwrap() as usize * (1 + 16));
    let number = |table: &str, i: usize, k: usize| head["synergy"][table][i][k].as_f64().unwrap();
    let (alone_a, alone_b, both) = (number("effect", 3, 0), number("effect", 0, 3), number("effect", 3, 3));
    assert!(alone_a > 0.3 && alone_b > 0.3, "both drugs lower T308 at 1 h: {alone_a}, {alone_b}");
    assert!((number("bliss", 3, 3) - (both - (alone_a + alone_b - alone_a * alone_b))).abs() < 1e-12);
    assert!(head["synergy"]["loewe"].is_array() && head["synergy"]["zip"].is_array());
    for (body, part) in [
        (ask_for("lapatinib", "[0,1,2]"), "itself"),
        (ask_for("AZD8055", "[1,2,3]"), "first one 0"),
        (ask_for("aspirin", "[0,1,2]"), "aspirin"),
    ] {
        let (status, bytes) = ask(&app, request("POST", "/api/matrix", &body)).await;
        assert!(status.is_client_error() && String::from_utf8_lossy(&bytes).contains(part));
    }
}

#[tokio::test]
async fn uploads_are_read_or_refused_and_the_server_lives_on() {
    let app = app();
    let file = |path: &str, name: &str, body: &'static str| {
        let mut request = request("POST", path, body);
        request.headers_mut().insert("x-file-name", name.parse().unwrap());
        request
    };
    let table = ask_json(&app, file("/api/tables", "a.csv", "t,y\n0,1\n1,2\n")).await;
    assert_eq!(table["columns"][1]["name"], "y");
    let decay = "begin parameters\n k 0.5\nend parameters\nbegin seed species\n A() 10\nend seed species\n\
                 begin observables\n Molecules A A()\nend observables\nbegin reaction rules\n A() -> 0 k\nend reaction rules\n";
    let model = ask_json(&app, file("/api/models", "decay.bngl", decay)).await;
    let id = model["id"].as_str().unwrap();
    let run = r#"{"page":"p","set":[["k",1.0]],"t_end":2}"#;
    let (status, bytes) = ask(&app, request("POST", &format!("/api/models/{id}/run"), run)).await;
    assert_eq!(status, StatusCode::OK);
    let (head, floats) = unpack(&bytes);
    assert_eq!(head["columns"], serde_json::json!(["A"]));
    // 10 exp(-2), within the tolerance of the integrator.
    assert!((floats.last().unwrap() - 1.3534).abs() < 1e-3);
    for (path, name, body) in [
        ("/api/models", "a.xml", "<sbml"),
        ("/api/models", "a.exe", "MZ"),
        ("/api/tables", "a.xlsx", "no zip"),
        ("/api/tables", "", "t,y\n0,1\n"),
    ] {
        let (status, bytes) = ask(&app, file(path, name, body)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", String::from_utf8_lossy(&bytes));
    }
    assert_eq!(ask(&app, request("POST", "/api/models/none/run", run)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&app, get("/api/history")).await.0, StatusCode::OK);
}

/// The document in the repository is what the page's types are made from.
#[test]
fn the_document_in_the_repository_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web/openapi.json");
    let now = api_document().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == now, "run `UPDATE_OPENAPI=1 cargo test -p lab document`, then `cargo xtask web`");
}
