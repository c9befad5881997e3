// Core's JavaScript layout (four spaces, double quotes) at ruff's width; OCA's XML.
// `require.resolve` lets the plugin live outside the checkout (NODE_PATH).
module.exports = {
  plugins: [require.resolve("@prettier/plugin-xml")],
  printWidth: 88,
  tabWidth: 4,
  semi: true,
  singleQuote: false,
  trailingComma: "es5",
  xmlQuoteAttributes: "double",
  xmlSelfClosingSpace: true,
  xmlWhitespaceSensitivity: "preserve",
  overrides: [
    {
      files: ["*.yml", "*.yaml", "*.json", "*.cjs", "*.mjs"],
      options: { tabWidth: 2 },
    },
  ],
};
