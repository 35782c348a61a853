// Pictures of every screen, for people to look at: `npm run screens`, then web/screens/.
import { expect, test } from "./lab";

const SIZES = [
  { name: "1280", width: 1280, height: 800 },
  { name: "390", width: 390, height: 844 },
];

for (const { name, width, height } of SIZES) {
  for (const theme of ["light", "dark"] as const) {
    test(`screens at ${name}, ${theme} @screens`, async ({ bench: page }) => {
      await page.setViewportSize({ width, height });
      await page.evaluate((t) => localStorage.setItem("theme", t), theme);
      await page.reload();
      const shot = (screen: string, full = false) =>
        page.screenshot({ path: `screens/${screen}-${name}-${theme}.png`, fullPage: full || width < 500 });
      await expect(page.locator(".panel").first()).toBeVisible();
      await shot("first");
      await page.getByRole("button", { name: "AZD8055 in BT-474" }).click();
      await expect(page.locator(".tag").first()).toBeVisible();
      await expect(page.getByText("falls to").first()).toBeVisible();
      await page.locator("#add-agent").selectOption("lapatinib");
      await page.getByLabel("Dose of lapatinib", { exact: true }).fill("200 nM");
      await page.keyboard.press("Tab");
      await page.getByLabel("Time shown on the map").fill("2");
      await page.waitForTimeout(300);
      await shot("bench", true);
      await page.getByLabel("uncertainty").check();
      await page.getByRole("button", { name: "Cut each feedback" }).click();
      await expect(page.locator(".loop-words")).toBeVisible({ timeout: 30_000 });
      await expect(page.locator(".spread").first()).toBeVisible({ timeout: 30_000 });
      await shot("beyond", true);
      await page.getByRole("button", { name: /^AKT: / }).click();
      await expect(page.getByRole("complementary")).toContainText("Statements of papers");
      await shot("card");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Experiments", exact: true }).click();
      await expect(page.locator(".panels.wide .panel").first()).toBeVisible();
      await shot("experiments");
      await page.getByRole("button", { name: "Findings", exact: true }).click();
      await expect(page.locator(".finding").first()).toBeVisible();
      await shot("findings");
      await page.getByRole("button", { name: "Matrix", exact: true }).click();
      await expect(page.locator(".heat")).toBeVisible();
      await shot("matrix");
      await page.getByRole("button", { name: "Bliss excess" }).click();
      await shot("matrix-bliss");
      await page.getByRole("button", { name: "Tumours", exact: true }).click();
      await expect(page.locator(".growth")).toBeVisible();
      await shot("tumours", true);
      await page.getByRole("button", { name: /HER2-positive patients/ }).click();
      await page.getByRole("button", { name: "Treat the patients" }).click();
      await expect(page.locator(".survival").first()).toBeVisible();
      await shot("patients", true);
      await page.getByRole("button", { name: "My data", exact: true }).click();
      const table = "time_h,pAKT\n0,1\n1,0.2\n4,0.3\n8,0.4\n24,0.6\n";
      await page.locator('input[type="file"]').setInputFiles({ name: "blot.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
      await page.getByLabel("What is it?").selectOption("time");
      await page.getByLabel("Column with times").selectOption("time_h");
      await page.getByLabel("Unit").selectOption("h");
      await page.getByLabel("Column with values").selectOption("pAKT");
      await page.getByLabel("The values are").selectOption("start");
      await page.getByLabel("Compare with").selectOption("pAKT_T308");
      await shot("data");
      await page.getByRole("button", { name: "My model", exact: true }).click();
      const model = "begin parameters\n kon 0.02\n koff 0.1\n A0 10\n B0 8\nend parameters\nbegin seed species\n A(b) A0\n B(a) B0\nend seed species\nbegin observables\n Molecules free_A A(b)\n Molecules complex A(b!1).B(a!1)\nend observables\nbegin reaction rules\n bind: A(b) + B(a) <-> A(b!1).B(a!1) kon, koff\nend reaction rules\n";
      await page.locator('input[type="file"]').setInputFiles({ name: "binding.bngl", mimeType: "text/plain", buffer: Buffer.from(model) });
      await expect(page.locator(".panel")).toHaveCount(2);
      await shot("model");
    });
  }
}
