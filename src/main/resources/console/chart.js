import { h, loadCharts, useEffect, useRef, useState } from "./lib.js";
import { state } from "./state.js";
import { intl, number, t } from "./text.js";
import { timeIn } from "./format.js";
import { Button } from "./ui.js";

const COLOURS = 8;

function cssValue(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis() {
  const line = { stroke: cssValue("--line"), width: 1 };
  return { stroke: cssValue("--muted"), grid: line, ticks: line, font: "12px " + cssValue("--font") };
}

function clock(second) {
  return intl("DateTimeFormat", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(state.zone === "utc" ? { timeZone: "UTC" } : {}),
  }).format(new Date(second * 1000));
}

/**
 * Lines over time, and the same numbers as a table for readers who do not see the lines.
 *
 * times: seconds since 1970; series: name and one value for each time. The legend shows the sum, or the last value.
 */
export function Chart({ label, times, series, height = 220, last = false }) {
  const place = useRef(null);
  const [table, setTable] = useState(false);
  const [failed, setFailed] = useState(false);
  const key = JSON.stringify([times, series, state.theme, state.zone, state.language, table]);
  useEffect(() => {
    if (table) {
      return undefined;
    }
    let chart = null;
    let gone = false;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const draw = (Library) => {
      if (gone || place.current === null) {
        return;
      }
      chart?.destroy();
      chart = new Library(
        {
          width: place.current.clientWidth,
          height,
          legend: { show: false },
          cursor: { show: false },
          scales: { y: { range: (_, low, high) => [0, Math.max(1, high)] } },
          axes: [{ ...axis(), values: (_, ticks) => ticks.map(clock) }, { ...axis(), size: 56, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? number(tick) : "")) }],
          series: [{}, ...series.map((one, i) => ({ label: one.name, stroke: cssValue("--series-" + (i % COLOURS)), width: 2, dash: i >= COLOURS ? [6, 4] : undefined, points: { show: times.length < 3 } }))],
        },
        [times, ...series.map((one) => one.values)],
        place.current,
      );
    };
    const redraw = () => loadCharts().then(draw, () => setFailed(true));
    const size = new ResizeObserver(() => place.current !== null && chart?.setSize({ width: place.current.clientWidth, height }));
    size.observe(place.current);
    dark.addEventListener("change", redraw);
    redraw();
    return () => {
      gone = true;
      size.disconnect();
      dark.removeEventListener("change", redraw);
      chart?.destroy();
    };
  }, [key]);
  return h(
    "figure",
    { class: "chart" },
    h(
      "figcaption",
      { class: "row" },
      series.map((one, i) =>
        h("span", { class: "legend", key: one.name }, h("span", { class: "swatch series-" + (i % COLOURS), "aria-hidden": "true" }), one.name, " ", h("strong", null, number(last ? one.values.at(-1) : one.values.reduce((a, b) => a + b, 0)))),
      ),
      h(Button, { kind: "small", "aria-pressed": String(table), onClick: () => setTable(!table) }, t("chart.table")),
    ),
    failed && h("p", { class: "empty" }, t("chart.failed")),
    table ? h(Numbers, { label, times, series }) : h("div", { class: "plot", ref: place, role: "img", "aria-label": label }),
  );
}

function Numbers({ label, times, series }) {
  return h(
    "div",
    { class: "scroll", tabIndex: 0, role: "region", "aria-label": label },
    h(
      "table",
      null,
      h("caption", { class: "unseen" }, label),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, t("time")), series.map((one) => h("th", { scope: "col", class: "num", key: one.name }, one.name)))),
      h(
        "tbody",
        null,
        times.map((at, i) => h("tr", { key: at }, h("th", { scope: "row" }, timeIn(state.zone, new Date(at * 1000))), series.map((one) => h("td", { class: "num", key: one.name }, number(one.values[i]))))),
      ),
    ),
  );
}
