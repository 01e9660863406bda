// The libraries are classic scripts: their modules would need an import map, which must be inline.
export const { h, render, Fragment } = window.preact;
export const { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } = window.preactHooks;

let chartLibrary = null;

/** Loads the chart library with the first chart. */
export function loadCharts() {
  chartLibrary ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/console/lib/uplot.css";
    const script = document.createElement("script");
    script.src = "/console/lib/uplot.js";
    script.onload = () => resolve(window.uPlot);
    script.onerror = () => reject(new Error("uplot.js"));
    document.head.append(style, script);
  });
  return chartLibrary;
}
