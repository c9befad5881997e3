// Odoo 19's own rules (addons/test_lint/tests/eslintrc) as a flat configuration for ES
// modules, and a few of ours: no raw HTML, no console, no loose equality, no legacy
// imports.
const globals = require("globals");

const component = "ClassDeclaration[superClass.name='Component']";
const staticProperty = (name) =>
  `:not(:has(ClassBody.body > PropertyDefinition[key.name='${name}'][static='true']))`;

module.exports = [
  { ignores: [".dev/", "**/node_modules/", "**/static/lib/"] },
  {
    files: ["crm_*/static/**/*.js", "tests/**/*.js"],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
      globals: {
        ...globals.browser,
        odoo: "readonly",
        luxon: "readonly",
        Chart: "readonly",
        FullCalendar: "readonly",
        DOMPurify: "readonly",
        Dropdown: "readonly",
        Modal: "readonly",
        Popover: "readonly",
        Tooltip: "readonly",
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "constructor-super": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "getter-return": "error",
      "no-async-promise-executor": "error",
      "no-class-assign": "error",
      "no-compare-neg-zero": "error",
      "no-cond-assign": "error",
      "no-console": ["error", { allow: ["warn", "error"] }],
      "no-const-assign": "error",
      "no-debugger": "error",
      "no-dupe-args": "error",
      "no-dupe-class-members": "error",
      "no-dupe-else-if": "error",
      "no-dupe-keys": "error",
      "no-duplicate-case": "error",
      "no-duplicate-imports": "error",
      "no-empty": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-globals": ["error", "event", "self", "$", "jQuery"],
      "no-restricted-imports": [
        "error",
        {
          patterns: [{ group: ["@web/legacy/*"], message: "Legacy code leaves Odoo." }],
        },
      ],
      "no-restricted-syntax": [
        "error",
        "PrivateIdentifier",
        {
          selector: component + staticProperty("props"),
          message: "A component declares static props.",
        },
        {
          selector: component + staticProperty("template"),
          message: "A component declares a static template.",
        },
        {
          selector:
            "CallExpression[callee.name='_t'] > :first-child[value=/(.*%s){2,}/]",
          message: "Name the placeholders of a translated text: %(name)s.",
        },
        {
          selector: "CallExpression[callee.name='_t'] > TemplateLiteral:first-child",
          message: "Only a plain literal can be translated.",
        },
        {
          selector:
            "CallExpression[callee.object.property.name='notification'][callee.property.name='add'] > Literal:first-child",
          message: "A text for the user is translated with _t().",
        },
        {
          selector: "CallExpression[callee.name='markup'] > :not(Literal):first-child",
          message: "markup() of a computed text opens the door to foreign scripts.",
        },
        {
          selector:
            "AssignmentExpression > MemberExpression[property.name='innerHTML']",
          message: "innerHTML opens the door to foreign scripts.",
        },
      ],
      "no-self-assign": "error",
      "no-undef": "error",
      "no-unreachable": "error",
      "no-unsafe-finally": "error",
      "no-unsafe-negation": "error",
      "no-unused-vars": [
        "error",
        { vars: "all", args: "none", ignoreRestSiblings: false, caughtErrors: "all" },
      ],
      "no-var": "error",
      "prefer-const": "error",
      "use-isnan": "error",
      "valid-typeof": "error",
    },
  },
  {
    // a tour talks to the test that drives it over the console
    files: ["crm_*/static/tests/**/*.js", "tests/**/*.js"],
    rules: { "no-console": "off" },
  },
];
