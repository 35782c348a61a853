//! Tables of the user: CSV and Excel, as columns. What they mean is asked on the page, never guessed here.

use std::io::{Cursor, Read};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use calamine::{Data, Reader, Xlsx};
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::state::Lab;

/// A table as columns.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Table {
    /// Name of the file, and of the sheet of a workbook.
    name: String,
    columns: Vec<Column>,
    n_rows: usize,
}

/// A column.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Column {
    name: String,
    /// Cells as written.
    cells: Vec<String>,
    /// The same as numbers; missing unless every cell that is not empty is one. Empty cells are null.
    numbers: Option<Vec<Option<f64>>>,
}

/// Most cells of a table.
const MOST_CELLS: usize = 200_000;
/// Most bytes of an unpacked workbook.
const LARGEST_WORKBOOK: u64 = 64 * 1024 * 1024;

/// The name in the header `x-file-name`, which is percent-encoded.
///
/// # Errors
/// It is missing or no text.
pub(crate) fn file_name(headers: &HeaderMap) -> Result<String, Failure> {
    let missing = || Failure::bad("the name of the file is missing", "send it in the header x-file-name");
    let raw = headers.get("x-file-name").and_then(|v| v.to_str().ok()).ok_or_else(missing)?;
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex = [rest.next().ok_or_else(missing)?, rest.next().ok_or_else(missing)?];
            let code = std::str::from_utf8(&hex).ok().and_then(|h| u8::from_str_radix(h, 16).ok());
            bytes.push(code.ok_or_else(missing)?);
        } else {
            bytes.push(byte);
        }
    }
    let name = String::from_utf8(bytes).map_err(|_| missing())?;
    Ok(name.rsplit(['/', '\\']).next().unwrap_or(&name).to_string())
}

/// Reads a table: the body is the file, the header `x-file-name` its name (percent-encoded).
#[utoipa::path(post, path = "/api/tables", request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = Table), (status = 422, body = Failure)))]
pub(crate) async fn upload_table(
    State(lab): State<Lab>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Table>, Failure> {
    let name = file_name(&headers)?;
    lab.work(&name.clone(), "table", 0, move |_, _| read(&name, &body).map(Json)).await
}

fn read(name: &str, bytes: &[u8]) -> Result<Table, Failure> {
    let lower = name.to_lowercase();
    let rows = if lower.ends_with(".xlsx") {
        workbook_rows(name, bytes)?
    } else if [".csv", ".tsv", ".txt"].iter().any(|e| lower.ends_with(e)) {
        text_rows(name, bytes)?
    } else {
        return Err(Failure::bad(
            format!("{name} is no table that the lab reads"),
            "give a .csv, .tsv or .xlsx file",
        ));
    };
    table(name, rows)
}

fn text_rows(name: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, Failure> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Failure::bad(format!("{name} is not UTF-8 text"), "save it as \"CSV UTF-8\""))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    // The separator that the head has most of; a semicolon means decimal commas.
    let separator = ['\t', ';', ','].into_iter().max_by_key(|s| head.matches(*s).count()).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut n_cells = 0;
    for record in reader.records() {
        let record = record.map_err(|e| Failure::bad(format!("{name}: {e}"), ""))?;
        n_cells += record.len();
        if n_cells > MOST_CELLS {
            return Err(too_large(name));
        }
        rows.push(record.iter().map(|cell| cell.trim().to_string()).collect());
    }
    Ok(rows)
}

fn workbook_rows(name: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, Failure> {
    check_unpacked(name, bytes)?;
    let broken = |e: calamine::XlsxError| Failure::bad(format!("{name} cannot be read: {e}"), "");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheet = book.sheet_names().first().cloned();
    let sheet = sheet.ok_or_else(|| Failure::bad(format!("{name} has no sheet"), ""))?;
    let range = book.worksheet_range(&sheet).map_err(broken)?;
    if range.rows().len().saturating_mul(range.width()) > MOST_CELLS {
        return Err(too_large(name));
    }
    let cell = |data: &Data| match data {
        Data::Empty => String::new(),
        Data::Error(e) => format!("{e}"),
        other => other.to_string().trim().to_string(),
    };
    Ok(range.rows().map(|row| row.iter().map(cell).collect()).collect())
}

/// Unpacks a workbook once, counting: what it says about its size is not believed.
fn check_unpacked(name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let broken =
        |e: String| Failure::bad(format!("{name} cannot be read: {e}"), "save it as .xlsx or .csv again");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(e.to_string()))?;
    let mut left = LARGEST_WORKBOOK;
    for i in 0..archive.len() {
        let file = archive.by_index(i).map_err(|e| broken(e.to_string()))?;
        let size = std::io::copy(&mut file.take(left + 1), &mut std::io::sink())
            .map_err(|e| broken(e.to_string()))?;
        left = left.checked_sub(size).ok_or_else(|| too_large(name))?;
    }
    Ok(())
}

fn too_large(name: &str) -> Failure {
    Failure::bad(
        format!("{name} is too large: more than {MOST_CELLS} cells"),
        "give the part that matters in a file of its own",
    )
}

fn table(name: &str, rows: Vec<Vec<String>>) -> Result<Table, Failure> {
    let mut rows = rows.into_iter().filter(|r| r.iter().any(|c| !c.is_empty()));
    let head = rows.next().ok_or_else(|| Failure::bad(format!("{name} is empty"), ""))?;
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return Err(Failure::bad(format!("{name} has one row only"), "the first row names the columns"));
    }
    if let Some((i, row)) = rows.iter().enumerate().find(|(_, r)| r.len() > head.len()) {
        return Err(Failure::bad(
            format!("row {} of {name} has {} cells, the head has {}", i + 2, row.len(), head.len()),
            "the first row names every column",
        ));
    }
    let columns = head.iter().enumerate().map(|(k, title)| {
        let cells: Vec<String> = rows.iter().map(|r| r.get(k).cloned().unwrap_or_default()).collect();
        let name = if title.is_empty() { format!("column {}", k + 1) } else { title.clone() };
        Column { name, numbers: numbers(&cells), cells }
    });
    Ok(Table { name: name.to_string(), columns: columns.collect(), n_rows: rows.len() })
}

/// All cells as numbers, or nothing. A comma is a decimal comma.
fn numbers(cells: &[String]) -> Option<Vec<Option<f64>>> {
    let number = |cell: &String| match cell.as_str() {
        "" => Some(None),
        text => text.replacen(',', ".", 1).parse::<f64>().ok().filter(|v| v.is_finite()).map(Some),
    };
    let all: Vec<Option<f64>> = cells.iter().map(number).collect::<Option<_>>()?;
    all.iter().any(Option::is_some).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_numbers_only_if_every_cell_is_one() {
        let table =
            read("a.csv", "\u{feff}time (h),pAKT,note\n0,1,start\n1,0.31,\n2,,late\n".as_bytes()).unwrap();
        assert_eq!(table.n_rows, 3);
        assert_eq!(table.columns[1].numbers, Some(vec![Some(1.0), Some(0.31), None]));
        assert_eq!(table.columns[2].numbers, None);
    }

    #[test]
    fn semicolons_and_decimal_commas_are_read() {
        let table = read("a.csv", b"t;y\n0;1,5\n1;2,25\n").unwrap();
        assert_eq!(table.columns[1].numbers, Some(vec![Some(1.5), Some(2.25)]));
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_reason() {
        let many = "1,2,3,4\n".repeat(MOST_CELLS / 4 + 2);
        let cases: [(&str, &[u8], &str); 6] = [
            ("a.pdf", b"x", "no table"),
            ("a.csv", b"", "empty"),
            ("a.csv", b"t,y\n", "one row"),
            ("a.csv", b"t,y\n1,2,3\n", "row 2"),
            ("a.csv", many.as_bytes(), "too large"),
            ("a.xlsx", b"no zip", "cannot be read"),
        ];
        for (name, bytes, part) in cases {
            let failure = read(name, bytes).unwrap_err();
            assert!(failure.message.contains(part), "{name}: {}", failure.message);
        }
    }

    #[test]
    fn a_workbook_that_unpacks_without_end_is_refused() {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = zip::ZipWriter::new(&mut bytes);
        let packed =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file("xl/worksheets/sheet1.xml", packed).unwrap();
        let block = vec![b' '; 1 << 20];
        for _ in 0..70 {
            std::io::Write::write_all(&mut writer, &block).unwrap();
        }
        writer.finish().unwrap();
        assert!(bytes.get_ref().len() < 1 << 20);
        let failure = read("bomb.xlsx", bytes.get_ref()).unwrap_err();
        assert!(failure.message.contains("too large"), "{}", failure.message);
    }

    #[test]
    fn names_come_without_folders() {
        let mut headers = HeaderMap::new();
        headers.insert("x-file-name", "..%2F..%2Fetc%2Fa%20b.csv".parse().unwrap());
        assert_eq!(file_name(&headers).unwrap(), "a b.csv");
        headers.insert("x-file-name", "%zz".parse().unwrap());
        assert!(file_name(&headers).is_err());
    }
}
