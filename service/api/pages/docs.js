"use strict";

SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: "openapi.json",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // The service has no validator of its own, and nothing is asked of anybody else's.
  validatorUrl: null,
});
