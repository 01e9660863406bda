import { useCallback, useEffect, useRef, useState } from "./lib.js";
import { state, update } from "./state.js";
import { parse } from "./json.js";
import { t } from "./text.js";

/** A failed call; status 0 if no answer came. */
export class CallError extends Error {
  constructor(status, body, retryAfter) {
    super(body?.message ?? t("error.network"));
    this.status = status;
    this.reason = body?.data?.reason ?? null;
    this.details = body?.data?.details ?? [];
    this.requestId = body?.data?.request_id ?? null;
    this.retryAfter = retryAfter;
  }
}

let clockOffset = 0;

/** Returns the time of the gateway's clock. */
export function gatewayTime() {
  return new Date(Date.now() + clockOffset);
}

let signedInAgain = null;

/** Resolves when the dialog has a new token. All waiting calls share one dialog. */
function anotherToken() {
  signedInAgain ??= new Promise((resolve) => {
    update({ expired: true });
    resumeCalls = () => {
      signedInAgain = null;
      update({ expired: false });
      resolve();
    };
  });
  return signedInAgain;
}

export let resumeCalls = () => {};

export function pathOf(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      parameters.set(name, value);
    }
  }
  const text = parameters.toString();
  return path + (text === "" ? "" : "?" + text);
}

/**
 * Returns the answer before its body, for streams; throws a CallError without success. If the token of the session has expired, the
 * call waits for the next token and is repeated. A given token is only tried once.
 */
export async function open(method, path, { query, body, signal, token, accept, headers: more = {} } = {}) {
  const used = token ?? state.token;
  const headers = { ...more, "Accept-Language": state.language, Authorization: "Bearer " + used };
  if (accept !== undefined) {
    headers.Accept = accept;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(pathOf(path, query), {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new CallError(0);
  }
  const date = Date.parse(answer.headers.get("Date") ?? "");
  if (!Number.isNaN(date)) {
    clockOffset = date - Date.now();
  }
  if (answer.status === 401 && token === undefined && state.token !== null) {
    if (used === state.token) {
      await anotherToken();
    }
    return open(method, path, { query, body, signal, accept, headers: more });
  }
  if (!answer.ok) {
    const refusal = await answer.json().catch(() => null);
    throw new CallError(answer.status, refusal, Number(answer.headers.get("Retry-After")) || null);
  }
  return answer;
}

/** Returns the `data` of the answer, and its status. */
export async function call(method, path, options) {
  const answer = await open(method, path, options);
  try {
    return { status: answer.status, data: parse(await answer.text()).data };
  } catch (error) {
    throw error.name === "AbortError" ? error : new CallError(0);
  }
}

export async function get(path, query, options) {
  return (await call("GET", path, { query, ...options })).data;
}

export async function post(path, body, options) {
  return (await call("POST", path, { body, ...options })).data;
}

/**
 * Loads when one of the keys changes, and again after `every` milliseconds while the page is visible. The last data stay until the
 * next ones are loaded.
 */
export function useLoad(load, keys, every = 0) {
  const [result, setResult] = useState({ data: null, error: null, loading: true });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const shown = useRef(null);
  const key = JSON.stringify(keys);
  useEffect(() => {
    const controller = new AbortController();
    let timer = 0;
    const another = shown.current !== key;
    shown.current = key;
    setResult((last) => ({ data: another ? null : last.data, error: null, loading: true }));
    const run = async () => {
      let wait = every;
      if (!document.hidden) {
        try {
          const data = await latest.current(controller.signal);
          if (!controller.signal.aborted) {
            setResult({ data, error: null, loading: false });
          }
        } catch (error) {
          if (!controller.signal.aborted) {
            setResult((last) => ({ data: last.data, error, loading: false }));
            wait = Math.max(every, (error.retryAfter ?? 0) * 1000);
          }
        }
      }
      if (every > 0 && !controller.signal.aborted) {
        timer = setTimeout(run, document.hidden ? 500 : wait);
      }
    };
    run();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [key, turn, every]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  return { ...result, reload };
}
