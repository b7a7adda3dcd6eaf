// Shows how much of a file has gone up; htmx sends it. Without script the form is sent as forms are.
(function () {
  "use strict";

  function told(bytes) {
    return bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  function shown(event) {
    var form = event.target.closest("form");
    return form && form.querySelector("[data-upload-progress]");
  }

  document.addEventListener("htmx:xhr:progress", function (event) {
    var place = shown(event);
    if (!place || !event.detail.lengthComputable) {
      return;
    }
    var sent = event.detail.loaded;
    var whole = event.detail.total;
    place.hidden = false;
    place.querySelector("progress").value = (sent * 100) / whole;
    place.querySelector("span").textContent =
      sent < whole ? "已传 " + told(sent) + " / " + told(whole) : "传完了，正在收……";
  });

  document.addEventListener("htmx:sendError", function (event) {
    var place = shown(event);
    if (place) {
      place.hidden = false;
      place.querySelector("span").textContent = "网络断了，没有传完。您选的文件还在，请再点一次“上传并核对”。";
      delete event.target.closest("form").dataset.sent;
    }
  });
})();
