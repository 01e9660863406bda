// The libraries come as classic scripts: their modules name each other in a way that needs an import map, which would be inline.
export const { h, render, Fragment } = window.preact;
export const { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } = window.preactHooks;

let chartLibrary = null;

/** The chart library, loaded when the first chart is drawn. */
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
