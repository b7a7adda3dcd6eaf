// 待办 picked for deciding together: 全选, and how many and how much before anything is decided. The page works without it:
// the next page tells the same.
(function () {
  "use strict";
  var form = document.querySelector("[data-pick-form]");
  if (!form) {
    return;
  }
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=pick]"));
  var all = form.querySelector("[data-pick-all]");
  var told = form.querySelector("[data-pick-told]");
  var send = form.querySelector("[data-pick-send]");

  function kind(box) {
    return box.value.split(":")[0];
  }

  function thousands(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  }

  // Fen as 1,234.56; whole numbers only, so nothing is rounded.
  function yuan(fen) {
    var rest = String(fen % 100);
    return thousands(Math.floor(fen / 100)) + "." + (rest.length < 2 ? "0" + rest : rest);
  }

  function picked() {
    return boxes.filter(function (box) {
      return box.checked;
    });
  }

  // Only things of one kind are decided together: the first one picked says which.
  function show() {
    var chosen = picked();
    var count = 0;
    var fen = 0;
    chosen.forEach(function (box) {
      count += Number(box.dataset.count || 0);
      fen += Number(box.dataset.fen || 0);
    });
    boxes.forEach(function (box) {
      var other = chosen.length > 0 && kind(box) !== kind(chosen[0]);
      box.disabled = other;
      box.title = other ? "一次只能办同一类事" : "";
      box.closest("tr").classList.toggle("he-picked", box.checked);
    });
    var first = chosen[0] || boxes[0];
    var same = boxes.filter(function (box) {
      return kind(box) === kind(first);
    });
    all.checked = chosen.length > 0 && chosen.length === same.length;
    all.indeterminate = chosen.length > 0 && chosen.length < same.length;
    told.textContent = chosen.length
      ? "已选 " + chosen.length + " 件" + (count ? "，共 " + thousands(count) + " 笔" : "") + (fen ? "，" + yuan(fen) + " 元" : "")
      : "";
    send.disabled = chosen.length === 0;
  }

  all.addEventListener("change", function () {
    var first = picked()[0] || boxes[0];
    boxes.forEach(function (box) {
      box.checked = all.checked && kind(box) === kind(first);
    });
    show();
  });
  form.addEventListener("change", function (event) {
    if (event.target !== all) {
      show();
    }
  });
  // Going back, the browser may have kept the ticks.
  window.addEventListener("pageshow", show);
  all.closest("label").hidden = false;
  show();
})();
