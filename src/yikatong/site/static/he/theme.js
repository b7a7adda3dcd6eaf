// Runs before the first paint, so that 大字, 夜间 and 紧凑 do not flash: puts the remembered choices on <html>.
(function () {
  "use strict";
  ["theme", "size", "density"].forEach(function (name) {
    try {
      var value = localStorage.getItem("he-" + name);
      if (value) {
        document.documentElement.setAttribute("data-" + name, value);
      }
    } catch (error) {
      // Storage may be switched off; the page then keeps its default look.
    }
  });
})();
