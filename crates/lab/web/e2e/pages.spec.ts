// The other screens.
import { expect, test } from "./lab";

const open = (page: import("@playwright/test").Page, name: string) => page.getByRole("navigation", { name: "Screens" }).getByRole("button", { name, exact: true }).click();

test("an experiment is opened, its verdicts seen, and an arm put on the bench", async ({ bench: page }) => {
  await open(page, "Experiments");
  await page.getByRole("navigation", { name: "Experiments" }).getByRole("button", { name: /AKT falls and comes back/ }).click();
  await expect(page.locator(".panels.wide .panel")).toHaveCount(10);
  await expect(page.locator("article .finding.supported").first()).toBeVisible();
  await page.getByRole("button", { name: "open on the bench" }).nth(1).click();
  await expect(page.locator(".sentence")).toContainText("AZD8055 500 nM");
});

test("findings are counted and filtered, and have cards", async ({ bench: page }) => {
  await open(page, "Findings");
  // All findings are judged when they are first asked for: some seconds.
  await expect(page.locator(".finding").first()).toBeVisible();
  const all = await page.locator(".finding").count();
  expect(all).toBeGreaterThan(50);
  await page.getByLabel("Contains").fill("rapamycin");
  await expect.poll(() => page.locator(".finding").count()).toBeLessThan(all);
  await page.locator(".finding .link").first().click();
  await expect(page.locator(".card dl")).toContainText("rule");
});

test("a matrix of 8 x 8 pairs within 3 s, and a pair opened on the bench", async ({ bench: page }) => {
  await open(page, "Matrix");
  const start = Date.now();
  await expect(page.locator(".heat-cell")).toHaveCount(64);
  expect(Date.now() - start).toBeLessThan(3000);
  await page.getByRole("button", { name: "Bliss excess" }).click();
  await expect(page.getByText("seen − (a + b − a·b)")).toBeVisible();
  await page.getByLabel("Hour of the read-out").fill("1");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Loewe excess" }).click();
  await expect(page.locator(".heat-cell")).toHaveCount(64);
  await page.locator(".heat").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.locator(".sentence")).toContainText("AZD8055");
  await expect(page.locator(".sentence")).toContainText("lapatinib");
});

test("tumours grow under another schedule, and a link brings it back", async ({ bench: page, lab }) => {
  await open(page, "Tumours");
  await expect(page.locator(".growth .curve.mean")).toHaveCount(4);
  const change = () => page.locator(".outcome tbody tr").nth(2).locator("td").nth(3).innerText();
  const before = await change();
  await page.getByLabel("Dose of AZD8055 in mg/kg").first().fill("0");
  await page.keyboard.press("Tab");
  await expect(page.getByText("changed since the last run")).toBeVisible();
  await page.getByRole("button", { name: "Grow the tumours" }).click();
  await expect(page.getByText("changed since the last run")).toBeHidden();
  await expect.poll(change).not.toBe(before);
  await expect.poll(() => page.url()).toContain("tumour");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Volumes as CSV" }).click()]);
  expect(download.suggestedFilename()).toBe("tumours.csv");
  await page.goto(`${lab.origin}/#${new URL(page.url()).hash.slice(1)}`);
  await page.reload();
  await expect(page.getByLabel("Dose of AZD8055 in mg/kg").first()).toHaveValue("0");
});

test("patients are treated, and split by a marker", async ({ bench: page }) => {
  await open(page, "Tumours");
  await page.getByRole("button", { name: /HER2-positive patients/ }).click();
  await page.getByRole("button", { name: "Treat the patients" }).click();
  await expect(page.locator(".survival").first()).toBeVisible();
  await page.getByLabel("Compare").selectOption("IRS1");
  await expect(page.getByText(/Hazard of low IRS1/)).toBeVisible();
});

test("a CSV lies over the curve after every question is answered", async ({ bench: page }) => {
  await page.getByRole("button", { name: "AZD8055 in BT-474" }).click();
  await open(page, "My data");
  const text = "minutes;signal;blot\n0;200;a\n60;90;b\n480;210,5;c\n1440;300;d\n";
  await page.locator('input[type="file"]').setInputFiles({ name: "blot.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(page.locator("th")).toHaveCount(3);
  await expect(page.locator("th").nth(2)).toContainText("text");
  await page.getByLabel("What is it?").selectOption("time");
  await page.getByLabel("Column with times").selectOption("minutes");
  await page.getByLabel("Unit").selectOption("min");
  await page.getByLabel("Column with values").selectOption("signal");
  await expect(page.getByText("nothing is guessed")).toBeVisible();
  await page.getByLabel("The values are").selectOption("start");
  await page.getByLabel("Compare with").selectOption("pAKT_T308");
  await expect(page.locator(".datum")).toHaveCount(4);
  await expect(page.getByText(/difference [0-9.]+ over 4 points/)).toBeVisible();
});

test("a dose response lies over the model's", async ({ bench: page }) => {
  await open(page, "My data");
  const text = "dose_uM,viability\n0,100\n0.01,85\n0.1,50\n1,20\n";
  await page.locator('input[type="file"]').setInputFiles({ name: "dose.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByLabel("What is it?").selectOption("dose");
  await page.getByLabel("Column with doses").selectOption("dose_uM");
  await page.getByLabel("Unit").selectOption("µM");
  await page.getByLabel("Column with values").selectOption("viability");
  await page.getByLabel("The values are").selectOption("percent left");
  await page.getByLabel("Compare with").selectOption("pS6K");
  await page.getByLabel("Drug").selectOption("AZD8055");
  await expect(page.locator(".dose-response .datum")).toHaveCount(3);
  await expect(page.locator(".dose-response path.bench")).toHaveAttribute("d", /L/);
});

const SBML = `<?xml version="1.0"?><sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="decay">
<listOfCompartments><compartment id="c" size="1" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="c" initialConcentration="10" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters><parameter id="k" value="0.05" constant="true"/></listOfParameters>
<listOfReactions><reaction id="r" reversible="false" fast="false"><listOfReactants><speciesReference species="S" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>c</ci><ci>k</ci><ci>S</ci></apply></math></kineticLaw></reaction></listOfReactions></model></sbml>`;

test("an SBML model gets curves and sliders", async ({ bench: page }) => {
  await open(page, "My model");
  const input = page.locator('input[type="file"]');
  await input.setInputFiles({ name: "decay.xml", mimeType: "text/xml", buffer: Buffer.from(SBML) });
  await expect(page.getByText("SBML, 1 species, 1 reactions")).toBeVisible();
  const curve = page.locator(".panel path.bench");
  const before = await curve.getAttribute("d");
  await page.getByLabel("Value of k").fill("0.5");
  await page.keyboard.press("Enter");
  await expect(page.locator(".panel path.ghost")).toHaveCount(1);
  await expect.poll(() => curve.getAttribute("d")).not.toBe(before);
  await input.setInputFiles({ name: "broken.xml", mimeType: "text/xml", buffer: Buffer.from("<sbml") });
  await expect(page.getByRole("alert")).toContainText("broken.xml");
});

test("what stayed on the bench is kept, opened again and deleted", async ({ bench: page }) => {
  await page.getByRole("button", { name: "lapatinib in BT-474" }).click();
  await page.waitForResponse((r) => r.url().endsWith("/api/history") && r.request().method() === "POST", { timeout: 15_000 });
  await page.reload();
  await open(page, "History");
  const entry = page.locator(".kept", { hasText: "BT-474: lapatinib 200 nM" }).first();
  await entry.getByRole("button", { name: "open", exact: true }).click();
  await expect(page.locator(".sentence")).toContainText("lapatinib 200 nM");
  await open(page, "History");
  const count = await page.locator(".kept").count();
  await entry.getByRole("button", { name: /^Delete/ }).click();
  await expect(page.locator(".kept")).toHaveCount(count - 1);
});
