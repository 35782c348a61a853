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
    });
  }
}
