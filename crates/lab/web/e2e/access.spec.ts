// axe-core on every screen, light and dark, wide and narrow.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./lab";

const SCREENS = ["Bench", "Experiments", "Findings", "Matrix", "Tumours", "My data", "My model", "History"];

for (const theme of ["light", "dark"]) {
  for (const [width, height] of [[1280, 800], [390, 844]] as const) {
    test(`no serious violation, ${theme}, ${width} px`, async ({ bench: page }) => {
      await page.setViewportSize({ width, height });
      await page.evaluate((t) => localStorage.setItem("theme", t), theme);
      await page.reload();
      await page.getByRole("button", { name: "AZD8055 in BT-474" }).click();
      await expect(page.locator(".sentence")).toContainText("falls to");
      for (const screen of SCREENS) {
        await page.getByRole("navigation", { name: "Screens" }).getByRole("button", { name: screen, exact: true }).click();
        await page.waitForTimeout(700);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
        expect(serious.map((v) => `${screen}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary}`).join(" | ")}`)).toEqual([]);
      }
      // Nothing wider than the window: no sideways scrolling.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    });
  }
}
