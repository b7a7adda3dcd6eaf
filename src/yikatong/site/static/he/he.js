// All hand-written script: 大字, 夜间 and 紧凑, keys, no double sending, printing. Every page works without it.
(function () {
  "use strict";
  var root = document.documentElement;

  function remember(name, value) {
    try {
      localStorage.setItem("he-" + name, value);
    } catch (error) {
      // Storage may be switched off; the choice then lasts for this page only.
    }
  }

  // <button data-toggle="theme:dark"> switches <html data-theme="dark"> on and off.
  function toggle(button) {
    var parts = button.dataset.toggle.split(":");
    var on = root.getAttribute("data-" + parts[0]) !== parts[1];
    if (on) {
      root.setAttribute("data-" + parts[0], parts[1]);
    } else {
      root.removeAttribute("data-" + parts[0]);
    }
    remember(parts[0], on ? parts[1] : "");
    showToggles();
  }

  // Without script the browser's own 打印 does.
  function showPrinting() {
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
    });
  }

  function showToggles() {
    document.querySelectorAll("[data-toggle]").forEach(function (button) {
      var parts = button.dataset.toggle.split(":");
      button.setAttribute("aria-pressed", String(root.getAttribute("data-" + parts[0]) === parts[1]));
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-toggle], [data-print]");
    if (!button) {
      return;
    }
    if (button.dataset.toggle) {
      toggle(button);
    } else {
      window.print();
    }
  });

  function typing(element) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable;
  }

  // 本页怎么用 and the list of keys are fetched when they are asked for, into one small window.
  function showDialog(name) {
    var dialog = document.getElementById("he-dialog");
    var link = document.querySelector("[data-dialog=" + name + "]");
    if (!dialog || !dialog.showModal || !window.htmx || !link) {
      return false;
    }
    var body = document.getElementById("he-dialog-body");
    if (body.dataset.shown !== name) {
      body.textContent = "";
      body.dataset.shown = name;
      window.htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" });
    }
    if (!dialog.open) {
      dialog.showModal();
    }
    return true;
  }

  // "g" and then a letter goes to a page of the menu.
  var PLACES = { i: "/", m: "/messages/", r: "/rosters/" };
  var wentAt = 0;

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
      return;
    }
    var search = document.getElementById("he-search");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if ((event.key === "?" && showDialog("keys")) || (event.key === "h" && showDialog("help"))) {
      event.preventDefault();
    } else if (event.key === "g") {
      wentAt = Date.now();
    } else if (PLACES[event.key] && Date.now() - wentAt < 1500 && search) {
      window.location.assign(PLACES[event.key]);
    }
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-dialog]");
    if (link && showDialog(link.dataset.dialog)) {
      event.preventDefault();
    }
  });

  // A form is sent once: a second press within four seconds does nothing (the server refuses a second time anyway).
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(function () {
      delete form.dataset.sent;
    }, 4000);
  });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });

  // On a phone the menu and a section's pages are strips: bring the present page's entry into sight.
  document.querySelectorAll(".he-nav__inner, .he-siblings").forEach(function (strip) {
    var here = strip.querySelector("[aria-current]");
    if (here) {
      strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 12;
    }
  });

  showToggles();
  showPrinting();
})();
