"use strict";

const WORDS = {
  en: {
    title: "Event types",
    hint: "Authorize with a token to see the event types of this gateway.",
    failed: "The event types cannot be read: ",
    topic: "topic ",
    key: "key ",
    other: "中文",
  },
  zh: {
    title: "事件类型",
    hint: "用令牌授权（Authorize）后，可查看本网关的事件类型。",
    failed: "无法读取事件类型：",
    topic: "主题 ",
    key: "键 ",
    other: "English",
  },
};

let language = navigator.language.startsWith("zh") ? "zh" : "en";
let types = null;
let failure = null;

function element(name, text, ...children) {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

function typeElement(type) {
  const words = WORDS[language];
  const place = " · " + words.topic + type.topic + " · " + words.key + type.key;
  const summary = element("summary", "", element("code", type.type), element("span", place));
  return element("details", "", summary, element("pre", JSON.stringify(type.schema, null, 2)));
}

function showTypes() {
  const words = WORDS[language];
  const change = element("button", words.other);
  change.type = "button";
  change.addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    showTypes();
  });
  const content = types === null ? [element("p", failure === null ? words.hint : words.failed + failure)] : types.map(typeElement);
  const section = document.getElementById("event-types");
  section.lang = language;
  section.replaceChildren(element("h2", words.title), change, ...content);
}

async function loadTypes(token) {
  try {
    const answer = await fetch("/api/event-types", {
      headers: { Authorization: "Bearer " + token, "Accept-Language": language },
    });
    const body = await answer.json();
    types = answer.ok ? body.data.items : null;
    failure = answer.ok ? null : body.message;
  } catch (error) {
    types = null;
    failure = error.message;
  }
  showTypes();
}

/** The page cannot call the management port, and would wait for ever for the end of a stream without one. */
const isCallable = (path) => !path.startsWith("/observe/") && path !== "/api/events/stream";

function references(part) {
  if (part === null || typeof part !== "object") {
    return [];
  }
  return Object.entries(part).flatMap(([name, value]) => (name === "$ref" ? [value] : references(value)));
}

/** Returns the contract with only the paths and components that the call or the component at this place needs. */
function excerpt(contract, [group, kind, name]) {
  const kept = { ...contract, paths: {}, components: {} };
  const keep = (sort, one) => {
    const part = contract.components[sort][one];
    kept.components[sort] ??= {};
    if (!(one in kept.components[sort])) {
      kept.components[sort][one] = part;
      keepReferences(part);
    }
  };
  const keepReferences = (part) => references(part).forEach((reference) => keep(...reference.split("/").slice(2)));
  if (group === "paths") {
    kept.paths[kind] = contract.paths[kind];
    keepReferences(kept.paths[kind]);
  } else {
    const names = name === undefined ? Object.keys(contract.components[kind]) : [name];
    names.forEach((one) => keep(kind, one));
  }
  return kept;
}

/** A caller who authorizes sees the event types. */
const gateway = ({ fn: { resolveSubtree } }) => ({
  fn: {
    // The library copies the whole contract several times for each call that it resolves.
    resolveSubtree: (contract, place, options) => resolveSubtree(excerpt(contract, place), place, options),
  },
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: (authorize) => (payload) => {
          const bearer = payload.bearer;
          if (bearer && typeof bearer.value === "string") {
            loadTypes(bearer.value);
          }
          return authorize(payload);
        },
      },
    },
    spec: {
      wrapSelectors: {
        allowTryItOutFor: () => (state, path) => isCallable(path),
      },
    },
  },
});

window.addEventListener("load", () => {
  showTypes();
  SwaggerUIBundle({
    url: "/api/openapi.yaml",
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    plugins: [gateway],
    // The default sends the contract to a validator on another host.
    validatorUrl: null,
  });
});
