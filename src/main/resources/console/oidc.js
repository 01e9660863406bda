import { t } from "./text.js";
import { state } from "./state.js";

/** The window of the provider sends its answer on this channel, because it may not know the window that opened it. */
const CHANNEL = "event-gateway.sign-in";
const RETURN = location.origin + "/console/";

let known = null;

/** Returns `issuer`, `client_id` and `scope`; an empty object if operators only paste tokens. */
export function provider() {
  known ??= fetch("/console/sign-in.json", { credentials: "omit", cache: "no-store" })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .catch(() => {
      known = null;
      return {};
    });
  return known;
}

/** Returns whether this window came back from the provider. If so, it passes the answer on and closes. */
export function hasReturned() {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("state") || !(answer.has("code") || answer.has("error"))) {
    return false;
  }
  history.replaceState(null, "", location.pathname);
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(Object.fromEntries(answer));
  channel.close();
  window.close();
  return true;
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

async function json(url, options) {
  const answer = await fetch(url, { credentials: "omit", cache: "no-store", redirect: "error", ...options }).catch(() => null);
  const body = await answer?.json().catch(() => null);
  if (!answer?.ok || body === null) {
    const why = body?.error_description ?? body?.error;
    throw new Error(why === undefined ? t("oidc.unreachable", { host: new URL(url).host }) : t("oidc.refused", { why }));
  }
  return body;
}

function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
}

/** OpenID Connect Discovery 1.0, section 4.3: the document must be of this issuer. */
async function discover(issuer) {
  const found = await json(issuer.replace(/\/$/, "") + "/.well-known/openid-configuration");
  const sameOrigin = originOf(found.token_endpoint) === originOf(issuer);
  if (found.issuer !== issuer || !sameOrigin || !/^https?:/.test(found.authorization_endpoint)) {
    throw new Error(t("oidc.mismatch", { issuer }));
  }
  return found;
}

function answerFor(asked, signal) {
  return new Promise((resolve, reject) => {
    const channel = new BroadcastChannel(CHANNEL);
    signal.addEventListener("abort", () => {
      channel.close();
      reject(signal.reason);
    });
    channel.addEventListener("message", ({ data }) => {
      if (data.state === asked) {
        channel.close();
        resolve(data);
      }
    });
  });
}

/** Checks that the answer is from the issuer that was asked (RFC 9207). */
function require(answer, found) {
  const named = answer.iss !== undefined || found.authorization_response_iss_parameter_supported === true;
  if (named && answer.iss !== found.issuer) {
    throw new Error(t("oidc.mismatch", { issuer: found.issuer }));
  }
  if (answer.code === undefined) {
    throw new Error(t("oidc.refused", { why: answer.error_description ?? answer.error }));
  }
}

/**
 * Asks the provider for an access token in a new window, so that this page keeps its state. Call it in a click: browsers block
 * windows otherwise. The signal ends the wait, because a closed window sends nothing.
 */
export async function tokenOf({ issuer, client_id, scope }, signal) {
  if (crypto.subtle === undefined) {
    throw new Error(t("oidc.insecure"));
  }
  const shown = window.open("", "_blank", "popup,width=520,height=720");
  if (shown === null) {
    throw new Error(t("oidc.blocked"));
  }
  try {
    const found = await discover(issuer);
    const verifier = random();
    const asked = random();
    const url = new URL(found.authorization_endpoint);
    const query = {
      response_type: "code",
      client_id,
      redirect_uri: RETURN,
      scope,
      state: asked,
      code_challenge: await challengeOf(verifier),
      code_challenge_method: "S256",
      ui_locales: state.language === "zh" ? "zh-CN" : "en",
    };
    Object.entries(query).forEach(([name, value]) => url.searchParams.set(name, value));
    const coming = answerFor(asked, signal);
    shown.location = url.href;
    const answer = await coming;
    require(answer, found);
    const body = new URLSearchParams({ grant_type: "authorization_code", code: answer.code, redirect_uri: RETURN, client_id, code_verifier: verifier });
    const { access_token } = await json(found.token_endpoint, { method: "POST", body });
    if (typeof access_token !== "string") {
      throw new Error(t("oidc.unreachable", { host: new URL(issuer).host }));
    }
    return access_token;
  } catch (failure) {
    shown.close();
    throw failure;
  }
}
