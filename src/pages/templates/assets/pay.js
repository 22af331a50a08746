// Adds comfort only: every page works without it. No markup is made here, only texts are set.
(function () {
  "use strict";

  // Name, how its numbers begin, how long they may be.
  var BRANDS = [
    ["Visa", /^4/, [13, 16, 18, 19]],
    ["Mastercard", /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
    ["American Express", /^3[47]/, [15]],
    ["JCB", /^35(2[89]|[3-8])/, [16, 17, 18, 19]],
    ["Maestro", /^(50|5[6-8]|6304|6390|67)/, [13, 14, 15, 16, 17, 18, 19]]
  ];
  // Lengths of the account numbers of each country that can be debited.
  var IBANS = "AD24AL28AT20BE16BG22CH21CY28CZ24DE22DK18EE20ES24FI18FR27GB22GI23GR27HR21HU28IE22IS26IT27LI21LT20LU20LV21MC27MD24ME22MK19MT31NL18NO15PL28PT25RO24RS22SE24SI19SK24SM27VA22";
  // What stands between digits, or comes along when they are pasted.
  var BETWEEN = /[\s.\-\u2011\u200e\u202a\u202c]/g;
  var IDLE_WARNING_MS = 28 * 60 * 1000;

  function id(name) {
    return document.getElementById(name);
  }

  function compact(text) {
    return text.replace(BETWEEN, "");
  }

  function digits(text) {
    return text.replace(/[^0-9]/g, "");
  }

  function brandRow(number) {
    for (var i = 0; i < BRANDS.length; i++) {
      if (BRANDS[i][1].test(number)) return BRANDS[i];
    }
    return ["", null, [13, 14, 15, 16, 17, 18, 19]];
  }

  function brandOf(number) {
    return brandRow(number)[0];
  }

  function luhn(number) {
    var sum = 0;
    for (var i = 0; i < number.length; i++) {
      var digit = Number(number[number.length - 1 - i]);
      if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
      sum += digit;
    }
    return sum % 10 === 0;
  }

  function grouped(number) {
    return brandOf(number) === "American Express"
      ? number.replace(/^(.{4})(.{1,6})?(.*)$/, function (all, a, b, c) {
          return [a, b, c].filter(Boolean).join(" ");
        })
      : number.replace(/(.{4})(?=.)/g, "$1 ");
  }

  function ibanOf(text) {
    return compact(text).toUpperCase().replace(/^IBAN:?/, "");
  }

  function ibanComplaint(iban) {
    var at = /^[A-Z]{2}/.test(iban) ? IBANS.indexOf(iban.slice(0, 2)) : -1;
    if (!/^[A-Z0-9]+$/.test(iban)) return "invalid";
    if (at < 0) return "country";
    if (iban.length !== Number(IBANS.slice(at + 2, at + 4))) return "length";
    var rest = 0;
    (iban.slice(4) + iban.slice(0, 4)).split("").forEach(function (c) {
      String(parseInt(c, 36)).split("").forEach(function (digit) {
        rest = (rest * 10 + Number(digit)) % 97;
      });
    });
    return rest === 1 ? "" : "invalid";
  }

  // Groups what was typed and leaves the caret behind the same character.
  function regroup(input) {
    var card = input.name === "card_number";
    var plain = card ? digits : ibanOf;
    if ((card ? /[^0-9]/ : /[^A-Za-z0-9]/).test(compact(input.value))) return;
    var before = plain(input.value.slice(0, input.selectionStart)).length;
    var text = card ? grouped(digits(input.value).slice(0, 19)) : ibanOf(input.value).slice(0, 34).replace(/(.{4})(?=.)/g, "$1 ");
    if (text === input.value) return;
    var at = 0;
    for (var seen = 0; seen < before && at < text.length; at++) {
      if (text[at] !== " ") seen++;
    }
    input.value = text;
    input.setSelectionRange(at, at);
  }

  // Gives {month, year} or null; takes 1/27, 01 27, 0127 and 01/2027.
  function expiryOf(text) {
    var match = /^\s*(\d{1,2})\s*[\/ .\-]\s*(\d{2}|\d{4})\s*$/.exec(text) || /^\s*(\d{2})(\d{2}|\d{4})\s*$/.exec(text);
    if (!match) return null;
    var month = Number(match[1]);
    var year = Number(match[2]);
    return month >= 1 && month <= 12 ? { month: month, year: year < 100 ? 2000 + year : year } : null;
  }

  // The name of the message that applies to a field, or "".
  function complaint(input) {
    var value = input.value.trim();
    if (input.type === "checkbox") return input.checked ? "" : "missing";
    if (!value) return "missing";
    if (input.name === "iban") return ibanComplaint(ibanOf(value));
    if (input.name === "otp") return /^\d{6}$/.test(compact(value)) ? "" : "invalid";
    if (input.name === "card_number") {
      var number = compact(value);
      var fits = /^\d+$/.test(number) && brandRow(number)[2].indexOf(number.length) >= 0;
      return fits && luhn(number) ? "" : "invalid";
    }
    if (input.name === "card_cvc") {
      var length = brandOf(digits(id("card_number").value)) === "American Express" ? 4 : 3;
      var code = compact(value);
      return /^\d+$/.test(code) && code.length === length ? "" : "invalid";
    }
    if (input.name === "card_expiry") {
      var expiry = expiryOf(value);
      var now = new Date();
      if (!expiry) return "invalid";
      return expiry.year * 12 + expiry.month < now.getFullYear() * 12 + now.getMonth() + 1 ? "past" : "";
    }
    return "";
  }

  function check(input) {
    var name = complaint(input);
    var message = name ? input.getAttribute("data-" + name) || "" : "";
    id(input.id + "-error").textContent = message;
    input.closest(".field").classList.toggle("bad", message !== "");
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return message === "";
  }

  function showBrand(form) {
    var brand = brandOf(digits(id("card_number").value));
    var hint = id("card_cvc-hint");
    var networks = form.querySelector("[data-networks]");
    var shared = brand === "Visa" || brand === "Mastercard" || brand === "Maestro";
    if (id("brand").textContent !== brand) id("brand").textContent = brand;
    hint.textContent = brand === "American Express" ? hint.getAttribute("data-amex") : hint.getAttribute("data-plain");
    networks.hidden = !shared;
    if (shared) networks.querySelector("[data-brand]").textContent = brand;
  }

  function setBusy(button, busy) {
    button.disabled = busy;
    if (busy) {
      button.setAttribute("data-text", button.textContent);
      button.textContent = button.getAttribute("data-busy") || button.textContent;
      button.setAttribute("aria-busy", "true");
    } else if (button.hasAttribute("aria-busy")) {
      button.textContent = button.getAttribute("data-text");
      button.removeAttribute("aria-busy");
    }
  }

  function onSubmit(event) {
    var form = event.currentTarget;
    var button = event.submitter || form.querySelector("button");
    // Some buttons need nothing filled in.
    var wrong = button.formNoValidate ? [] : Array.prototype.filter.call(form.querySelectorAll("[data-missing]"), function (input) {
      return !check(input);
    });
    if (wrong.length) {
      event.preventDefault();
      wrong[0].focus();
      return;
    }
    if (button.disabled) {
      event.preventDefault();
      return;
    }
    // After the event, so that the button's own value is still sent.
    setTimeout(function () {
      setBusy(button, true);
    }, 0);
  }

  // Complaints come on leaving a field and go as soon as it is right.
  function watchFields(form) {
    Array.prototype.forEach.call(form.querySelectorAll("[data-missing]"), function (input) {
      // An empty field is not yet an error: the payer may just be looking around.
      input.addEventListener("blur", function () {
        if (input.value.trim()) check(input);
      });
      input.addEventListener("input", function () {
        if (input.hasAttribute("aria-invalid") && complaint(input) === "") check(input);
      });
    });
  }

  // The fields of a card; a form that only confirms a known one has none.
  function cardFields(form, number) {
    var hint = id("card_cvc-hint");
    hint.setAttribute("data-plain", hint.textContent);
    number.addEventListener("input", function () {
      regroup(number);
      showBrand(form);
    });
    window.addEventListener("pageshow", function () {
      showBrand(form);
    });
    showBrand(form);
  }

  function payForm(form) {
    form.addEventListener("submit", onSubmit);
    window.addEventListener("pageshow", function () {
      Array.prototype.forEach.call(form.querySelectorAll("button"), function (button) {
        setBusy(button, false);
      });
    });
    setTimeout(function () {
      form.querySelector("[data-idle-note]").textContent = form.querySelector("button").getAttribute("data-idle");
    }, IDLE_WARNING_MS);
    watchFields(form);
    if (id("card_number")) cardFields(form, id("card_number"));
    if (id("iban"))
      id("iban").addEventListener("input", function () {
        regroup(id("iban"));
      });
  }

  // Tells a page that frames us what happens, and only the one that may.
  function tellParent() {
    var data = document.body.dataset;
    if (!data.parent || window.parent === window) return;
    var root = document.documentElement;
    var steps = data.step.split(" ");
    steps.forEach(function (step, at) {
      var last = at === steps.length - 1;
      var message = { status: step, url: (last && data.next) || null, width: root.scrollWidth, height: root.scrollHeight };
      if (last && data.outcome) message.paymentStatus = data.outcome;
      window.parent.postMessage(message, data.parent);
    });
  }

  var form = document.querySelector("[data-pay]");
  var leave = document.querySelector("[data-leave]");
  if (form) payForm(form);
  tellParent();
  if (leave && !window.performance.getEntriesByType("navigation").some(function (entry) {
    return entry.type === "back_forward";
  })) {
    setTimeout(function () {
      leave.submit();
    }, 1500);
  }
})();
