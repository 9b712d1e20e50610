// The script of every page: small modules, no build, nothing kept in the browser's storage.
import "./storage.js";
import "./requests.js";
import "./toasts.js";
import "./dialogs.js";
import "./keys.js";
import "./theme.js";
import "./times.js";
import "./search.js";
import "./tables.js";
