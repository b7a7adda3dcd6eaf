// Sends a chosen file in pieces, and goes on where it broke off: after a lost line by itself, after a closed browser or a
// restarted server when the same file is chosen again. Then the form is sent without the file. Without script the
// file goes with its form as files do.
(function () {
  "use strict";
  var WAIT_MIN = 1000;
  var WAIT_MAX = 15000;
  var ASK_AGAIN = { piece_order: true, piece_digest: true, piece_size: true };

  function told(bytes) {
    return bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  // The answer as {status, data}; status 0 when the line broke. A page instead of data means that nobody is signed in.
  function post(form, url, body, headers, progress) {
    return new Promise(function (resolve) {
      var request = new XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      Object.keys(headers || {}).forEach(function (name) {
        request.setRequestHeader(name, headers[name]);
      });
      request.timeout = 60000;
      request.upload.onprogress = progress || null;
      request.onload = function () {
        var data = null;
        try {
          data = JSON.parse(request.responseText);
        } catch (error) {
          data = null;
        }
        resolve({ status: request.status, data: data });
      };
      request.onerror = request.ontimeout = request.onabort = function () {
        resolve({ status: 0, data: null });
      };
      request.send(body);
    });
  }

  function Sending(form, file) {
    this.form = form;
    this.file = file;
    this.place = form.querySelector("[data-upload-progress]");
    this.url = form.dataset.upload;
    this.wait = WAIT_MIN;
    this.restarts = 0;
  }

  Sending.prototype.show = function (sent, words) {
    this.place.hidden = false;
    this.place.querySelector("progress").value = (sent * 100) / this.file.size;
    this.place.querySelector("span").textContent =
      words || "已传 " + told(sent) + " / " + told(this.file.size);
  };

  Sending.prototype.stop = function (words) {
    this.show(0, words);
    this.form.querySelector("button:not([type=button])").disabled = false;
    delete this.form.dataset.sending;
  };

  Sending.prototype.bytes = function (number) {
    return this.file.slice(number * this.pieceBytes, (number + 1) * this.pieceBytes).arrayBuffer();
  };

  Sending.prototype.begin = async function () {
    this.pieceBytes = this.pieceBytes || Number(this.form.dataset.pieceBytes);
    var body = new URLSearchParams();
    body.set("name", this.file.name);
    body.set("size", this.file.size);
    body.set("head", window.heSha256(await this.bytes(0)));
    return this.asked(this.url, body);
  };

  // Asks until there is an answer; null when there is nothing to go on with.
  Sending.prototype.asked = async function (url, body, headers, progress) {
    for (;;) {
      var answer = await post(this.form, url, body, headers, progress);
      if (answer.status === 200 && answer.data) {
        this.wait = WAIT_MIN;
        return answer.data;
      }
      if (answer.status === 409 && answer.data) {
        return answer.data;
      }
      if (answer.status === 404) {
        return { code: "gone" };
      }
      if (answer.status !== 0 && answer.status < 500) {
        this.stop("登录过期了。请重新登录再选这份表，传过的部分还在。");
        return null;
      }
      this.show(this.sent || 0, "网络断了，已传 " + told(this.sent || 0) + "，连上以后自动接着传……");
      await this.pause();
    }
  };

  // Until the wait is over, or the line is back.
  Sending.prototype.pause = function () {
    var wait = this.wait;
    this.wait = Math.min(this.wait * 2, WAIT_MAX);
    return new Promise(function (resolve) {
      function go() {
        window.removeEventListener("online", go);
        resolve();
      }
      window.setTimeout(go, wait);
      window.addEventListener("online", go);
    });
  };

  // How many of the pieces that arrived are those of this file; -1 when it is another file by now.
  Sending.prototype.same = async function (digests) {
    for (var number = 0; number < digests.length; number += 1) {
      if (window.heSha256(await this.bytes(number)) !== digests[number]) {
        return -1;
      }
    }
    return digests.length;
  };

  Sending.prototype.piece = async function (id, number) {
    var self = this;
    var content = await this.bytes(number);
    var start = number * this.pieceBytes;
    var headers = { "X-Piece-Digest": window.heSha256(content), "Content-Type": "application/octet-stream" };
    return this.asked(this.url + id + "/" + number + "/", content, headers, function (event) {
      self.show(Math.min(start + event.loaded, self.file.size));
    });
  };

  // The upload's number when all has arrived, else null.
  Sending.prototype.run = async function () {
    var state = await this.begin();
    if (!state || state.sentence) {
      return state && this.stop(state.sentence);
    }
    this.pieceBytes = state.piece_bytes;
    var number = await this.same(state.digests);
    if (number < 0) {
      await this.asked(this.url + state.id + "/forget/", new URLSearchParams());
      return this.again();
    }
    if (number) {
      this.show(number * this.pieceBytes, "这份表上次没有传完，接着传……");
    }
    var count = Math.ceil(this.file.size / this.pieceBytes);
    for (; number < count; number += 1) {
      this.sent = number * this.pieceBytes;
      var answer = await this.piece(state.id, number);
      if (!answer) {
        return null;
      }
      if (answer.code === "gone" || ASK_AGAIN[answer.code]) {
        return this.again();
      }
      if (answer.sentence) {
        return this.stop(answer.sentence);
      }
    }
    return state.id;
  };

  Sending.prototype.again = function () {
    this.restarts += 1;
    return this.restarts > 5 ? this.stop("没有传成，请重新选文件再传。传过的部分还在。") : this.run();
  };

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var input = form.querySelector("input[type=file]");
    if (!form.dataset.upload || !input || !input.files.length || !input.files[0].size || !input.files[0].arrayBuffer) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.sending) {
      return;
    }
    form.dataset.sending = "1";
    form.querySelector("button:not([type=button])").disabled = true;
    var sending = new Sending(form, input.files[0]);
    sending.show(0, "正在准备……");
    sending.run().then(
      function (id) {
        if (id) {
          sending.show(sending.file.size, "传完了，正在收……");
          form.querySelector("[name=upload]").value = id;
          input.disabled = true;
          form.submit();
        }
      },
      function () {
        sending.stop("读不出这份表，可能刚改过或移走了。请重新选文件。");
      }
    );
  }, true);

  // Coming back to the page by 后退 finds the form as it was.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-upload]").forEach(function (form) {
      delete form.dataset.sending;
      form.querySelectorAll("input[type=file], button").forEach(function (part) {
        part.disabled = false;
      });
    });
  });
})();
