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

  // In place, with nothing made anew: a list a round would cost ten times the time.
  function mix(state, words) {
    var i;
    for (i = 16; i < 64; i += 1) {
      var before = words[i - 15];
      var near = words[i - 2];
      var low = turned(before, 7) ^ turned(before, 18) ^ (before >>> 3);
      var high = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    var a = state[0];
    var b = state[1];
    var c = state[2];
    var d = state[3];
    var e = state[4];
    var f = state[5];
    var g = state[6];
    var h = state[7];
    for (i = 0; i < 64; i += 1) {
      var first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
      var second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }

  return function (buffer) {
    var view = padded(new Uint8Array(buffer));
    var state = Int32Array.from(H);
    var words = new Int32Array(64);
    for (var at = 0; at < view.byteLength; at += 64) {
      for (var i = 0; i < 16; i += 1) {
        words[i] = view.getInt32(at + i * 4);
      }
      mix(state, words);
    }
    return Array.from(state)
      .map(function (word) {
        return (word >>> 0).toString(16).padStart(8, "0");
      })
      .join("");
  };
})();
