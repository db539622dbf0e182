// Draws the reference from the server's own description. Everything comes from this server, so it works offline.
document.documentElement.classList.toggle('dark-mode', document.documentElement.dataset.theme === 'dark');

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  // Its default sends the address of the schema to a public service.
  validatorUrl: null,
});
