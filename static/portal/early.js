// Runs before the first paint: the menu folds only where scripts run, and a chosen reading comfort does not flicker.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  ["large-type", "high-contrast"].forEach(function (name) {
    try {
      if (localStorage.getItem("comfort:" + name) === "on") root.classList.add(name);
    } catch (error) {
      // storage may be forbidden; the page is then shown as it is
    }
  });
})();
