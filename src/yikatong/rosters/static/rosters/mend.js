// Mending cells in place: Enter to the next bad cell, arrows within the column, undo of a cell, a column pasted from
// Excel, one saving for all. Without it the cells are plain inputs of one form.
(function () {
  "use strict";
  var form = document.querySelector("[data-mend]");
  var told = document.querySelector("[data-mended]");
  var inputs = Array.prototype.slice.call(document.querySelectorAll("input[form='mend']"));
  var changes = [];
  var leaving = false;

  function changed() {
    return inputs.filter(function (input) {
      return input.value !== input.dataset.was;
    });
  }

  function tell() {
    var count = changed().length;
    inputs.forEach(function (input) {
      input.classList.toggle("he-cell__input--changed", input.value !== input.dataset.was);
    });
    told.textContent = count ? "改了 " + count + " 处，还没有存。" : "红格子里直接改，改完一起存。";
  }

  function write(input, value) {
    changes.push([input, input.dataset.last === undefined ? input.dataset.was : input.dataset.last]);
    input.value = value;
    input.dataset.last = value;
    tell();
  }

  function column(input) {
    return inputs.filter(function (other) {
      return other.dataset.field === input.dataset.field;
    });
  }

  function step(among, input, by) {
    var next = among[among.indexOf(input) + by];
    if (next) {
      next.focus();
      next.select();
    }
    return next;
  }

  function undo() {
    var last = changes.pop();
    if (last) {
      last[0].value = last[1];
      last[0].dataset.last = last[1];
      last[0].focus();
      tell();
    }
    return last;
  }

  function save() {
    if (changed().length) {
      leaving = true;
      form.requestSubmit();
    }
  }

  inputs.forEach(function (input) {
    input.addEventListener("input", function () {
      write(input, input.value);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
        if (!step(inputs, input, 1)) {
          save();
        }
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(column(input), input, event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Escape") {
        write(input, input.dataset.was);
      }
    });
    input.addEventListener("paste", function (event) {
      var lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n");
      if (lines.length > 1) {
        event.preventDefault();
        var cells = column(input);
        lines.forEach(function (line, offset) {
          var cell = cells[cells.indexOf(input) + offset];
          if (cell) {
            write(cell, line.split("\t")[0].trim());
          }
        });
      }
    });
  });

  document.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey)) {
      return;
    }
    if (event.key === "z" && changes.length) {
      event.preventDefault();
      undo();
    } else if (event.key === "z" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
      var taken = document.querySelector("[data-undo]");
      if (taken) {
        event.preventDefault();
        taken.click();
      }
    } else if (event.key === "s") {
      event.preventDefault();
      save();
    }
  });

  form.addEventListener("submit", function () {
    leaving = true;
  });

  // What was typed is not lost by a wrong click.
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && changed().length) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  if (inputs.length && window.location.hash === "#rows") {
    inputs[0].focus();
  }
})();
