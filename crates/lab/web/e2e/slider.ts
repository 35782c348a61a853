import type { Locator, Page } from "@playwright/test";

/** Drags a slider from one share of its width to another in steps. */
export async function drag(page: Page, slider: Locator, from: number, to: number, steps: number, each?: () => Promise<void>): Promise<void> {
  const box = (await slider.boundingBox())!;
  // The thumb is 16 px wide and stays inside of the track.
  const x = (share: number) => box.x + 8 + share * (box.width - 16);
  const y = box.y + box.height / 2;
  await page.mouse.move(x(from), y);
  await page.mouse.down();
  for (let i = 1; i <= steps; i++) {
    await page.mouse.move(x(from + ((to - from) * i) / steps), y);
    await page.waitForTimeout(16);
    await each?.();
  }
  await page.mouse.up();
}
