// Theme and language before the first paint. A file of its own, because the content security policy allows no inline script.
(function () {
  var theme = null;
  var language = null;
  try {
    theme = localStorage.getItem("goetia.theme");
    language = localStorage.getItem("goetia.language");
  } catch {
    // storage may be switched off: the system's choices hold
  }
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.lang = language || (navigator.language.indexOf("zh") === 0 ? "zh-CN" : "en");
})();
