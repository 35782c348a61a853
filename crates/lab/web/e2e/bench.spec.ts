// What a person does on the bench.
import { expect, test } from "./lab";
import { drag } from "./slider";

test("the first visit shows a cell at rest and what to do", async ({ bench: page }) => {
  await expect(page.getByText("BT-474 at rest.")).toBeVisible();
  await expect(page.locator(".map .node").first()).toBeVisible();
  await expect(page).toHaveURL(/\/#/);
  expect(page.url()).not.toContain("token");
});

test("AZD8055 dragged from 0 to 500 nM: the curves follow", async ({ bench: page }) => {
  await page.locator("#add-agent").selectOption("AZD8055");
  const slider = page.getByLabel("Dose of AZD8055, logarithmic");
  await expect(slider).toHaveValue("0");
  const curve = page.locator('[data-readout="pAKT_T308"] path.bench');
  const seen = new Set<string>();
  await drag(page, slider, 0, 0.74, 40, async () => {
    seen.add((await curve.getAttribute("d")) ?? "");
  });
  // More shapes than the first and the last: the curve moved while the slider moved.
  expect(seen.size).toBeGreaterThan(5);
  await page.getByLabel("Dose of AZD8055", { exact: true }).fill("500 nM");
  await page.keyboard.press("Enter");
  await expect(page.locator(".sentence")).toContainText("AZD8055 500 nM");
  await expect(page.locator(".sentence")).toContainText(/p-AKT \(T308\) falls to \d+ % by/);
  await expect(page.locator(".tag").first()).toHaveText("AZD8055");
  // The rebound is there: half an hour is lower than the end.
  await page.getByLabel("Time shown on the map").fill("0.6");
  const early = Number.parseFloat((await page.locator('[data-readout="pAKT_T308"] .panel-value').textContent())!);
  await page.getByLabel("Time shown on the map").fill("24");
  const late = Number.parseFloat((await page.locator('[data-readout="pAKT_T308"] .panel-value').textContent())!);
  expect(early).toBeLessThan(0.6);
  expect(late).toBeGreaterThan(2 * early);
});

test("doses with units, wrong doses, and undo", async ({ bench: page }) => {
  await page.locator("#add-agent").selectOption("lapatinib");
  const typed = page.getByLabel("Dose of lapatinib", { exact: true });
  await typed.fill("0,2 uM");
  await typed.press("Enter");
  await expect(page.locator(".sentence")).toContainText("lapatinib 200 nM");
  await typed.fill("much");
  await typed.press("Enter");
  await expect(page.locator(".sentence")).toContainText("lapatinib 200 nM");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".sentence")).toContainText("at rest");
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(page.locator(".sentence")).toContainText("lapatinib 200 nM");
});

test("pulses, gene dose, mutation and serum change the cell", async ({ bench: page }) => {
  await page.getByRole("button", { name: "AZD8055 in BT-474" }).click();
  await page.getByRole("button", { name: "+ pulse" }).click();
  await expect(page.locator(".pulse")).toHaveCount(2);
  await expect(page.locator(".sentence")).toContainText("2 pulses");
  await page.getByLabel("Add a knock-down or over-expression").selectOption("HER3");
  await expect(page.locator(".sentence")).toContainText("HER3 at 25 %");
  await page.getByLabel("Add a mutation").selectOption("AKT S473D");
  await page.getByLabel("without serum from 0 h").check();
  await expect(page.locator(".sentence")).toContainText("no serum");
  await expect(page.locator(".problem")).toHaveCount(0);
});

test("a link restores the view", async ({ bench: page, context }) => {
  await page.getByRole("button", { name: "rapamycin in BT-474" }).click();
  await expect(page.locator(".sentence")).toContainText("rapamycin 20 nM");
  await page.waitForTimeout(500);
  const copy = await context.newPage();
  await copy.goto(page.url());
  await expect(copy.locator(".sentence")).toContainText("rapamycin 20 nM");
  await expect(copy.locator(".panel").first()).toBeVisible();
});

test("everything can be taken away", async ({ bench: page }) => {
  await page.getByRole("button", { name: "AZD8055 in BT-474" }).click();
  await expect(page.locator(".sentence")).toContainText("falls to");
  const take = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const svg = (await take("Figure as SVG")).toString();
  expect(svg).toContain("<svg");
  expect(svg).toContain("p-AKT (T308)");
  expect(svg).not.toMatch(/color-mix|var\(/);
  expect((await take("Figure as PNG")).subarray(1, 4).toString()).toBe("PNG");
  expect((await take("Figure as PDF")).subarray(0, 4).toString()).toBe("%PDF");
  const rows = (await take("Curves as CSV")).toString().trim().split("\n");
  expect(rows[0]).toMatch(/^time_h,/);
  expect(rows.length).toBeGreaterThan(145);
  const toml = (await take("Experiment file for resurge run")).toString();
  expect(toml).toContain('{ set = "AZD8055", dose = "500 nM", at = "0 h" }');
  const report = (await take("Report as one HTML file")).toString();
  expect(report).toContain("resurge run bench.toml");
  expect(report).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
});

test("keyboard only: a drug is chosen, dosed, timed, and its card read", async ({ bench: page }) => {
  await page.locator("#add-agent").focus();
  await page.keyboard.type("AZD");
  await page.keyboard.press("Enter");
  const slider = page.getByLabel("Dose of AZD8055, logarithmic");
  await expect(slider).toBeVisible();
  await slider.focus();
  for (let i = 0; i < 8; i++) await page.keyboard.press("PageUp");
  await expect(page.locator(".sentence")).toContainText("AZD8055");
  await page.getByRole("slider", { name: "Start of AZD8055" }).focus();
  await page.keyboard.press("PageUp");
  await expect(page.locator(".sentence")).toContainText("3 h to the end");
  await page.getByRole("button", { name: /^AKT: / }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".card h2")).toHaveText("AKT");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^AKT: / })).toBeFocused();
});

test("feedbacks are cut one at a time, and a sentence says what carries the response", async ({ bench: page }) => {
  await page.getByRole("button", { name: "AZD8055 in BT-474" }).click();
  await expect(page.locator(".sentence")).toContainText("falls to");
  await page.getByRole("button", { name: "Cut each feedback" }).click();
  await expect(page.locator(".loop-words")).toContainText(/Without .+, .+ would be \d+ % (lower|higher)/);
  await expect(page.locator(".loops tbody tr")).not.toHaveCount(0);
});

test("uncertainty draws a band that follows the setting", async ({ bench: page }) => {
  await page.getByRole("button", { name: "AZD8055 in BT-474" }).click();
  await page.getByLabel("uncertainty").check();
  await expect(page.locator(".spread").first()).toHaveAttribute("d", /M.+Z/, { timeout: 30_000 });
  await expect(page.getByText("10 to 90 % of 20 parameter sets")).toBeVisible();
});
