// SHA-256 of some bytes, as hexadecimal digits. By hand, because crypto.subtle is missing on pages that come without TLS,
// as many county networks still do; half a megabyte takes some milliseconds.
window.heSha256 = (function () {
  "use strict";
  var K = [];
  var H = [];

  // The first 32 bits of the fractional parts of the cube and square roots of the first primes.
  (function () {
    function isPrime(number) {
      for (var factor = 2; factor * factor <= number; factor += 1) {
        if (number % factor === 0) {
          return false;
        }
      }
      return true;
    }
    function fraction(number) {
      return ((number - Math.floor(number)) * 4294967296) | 0;
    }
    for (var number = 2; K.length < 64; number += 1) {
      if (isPrime(number)) {
        if (H.length < 8) {
          H.push(fraction(Math.pow(number, 1 / 2)));
        }
        K.push(fraction(Math.pow(number, 1 / 3)));
      }
    }
  })();

  function padded(bytes) {
    var whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    var view = new DataView(whole.buffer);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(whole.length - 4, (bytes.length << 3) >>> 0);
    return view;
  }

  function turned(word, count) {
    return (word >>> count) | (word << (32 - count));
  }

  function mixed(state, words) {
    var s = state.slice();
    for (var i = 0; i < 64; i += 1) {
      if (i >= 16) {
        var a = words[i - 15];
        var b = words[i - 2];
        var low = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
        var high = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
        words[i] = (words[i - 16] + low + words[i - 7] + high) | 0;
      }
      var chosen = (s[4] & s[5]) ^ (~s[4] & s[6]);
      var first = (s[7] + (turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)) + chosen + K[i] + words[i]) | 0;
      var most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
      var second = ((turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) + most) | 0;
      s = [(first + second) | 0, s[0], s[1], s[2], (s[3] + first) | 0, s[4], s[5], s[6]];
    }
    return state.map(function (word, at) {
      return (word + s[at]) | 0;
    });
  }

  return function (buffer) {
    var view = padded(new Uint8Array(buffer));
    var state = H.slice();
    var words = new Int32Array(64);
    for (var at = 0; at < view.byteLength; at += 64) {
      for (var i = 0; i < 16; i += 1) {
        words[i] = view.getInt32(at + i * 4);
      }
      state = mixed(state, words);
    }
    return state
      .map(function (word) {
        return (word >>> 0).toString(16).padStart(8, "0");
      })
      .join("");
  };
})();
