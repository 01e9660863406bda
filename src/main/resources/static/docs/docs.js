"use strict";

window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/api/openapi.yaml",
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    // The default sends the contract to a validator on another host.
    validatorUrl: null,
  });
});
