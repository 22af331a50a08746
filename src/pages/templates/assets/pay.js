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
  var IDLE_WARNING_MS = 28 * 60 * 1000;

  function id(name) {
    return document.getElementById(name);
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

  // Groups what was typed and leaves the caret behind the same digit.
  function regroup(input) {
    if (/[^0-9\s.\-]/.test(input.value)) return;
    var before = digits(input.value.slice(0, input.selectionStart)).length;
    var text = grouped(digits(input.value).slice(0, 19));
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
    if (!value) return "missing";
    if (input.name === "card_number") {
      var number = value.replace(/[\s.\-]/g, "");
      var fits = /^\d+$/.test(number) && brandRow(number)[2].indexOf(number.length) >= 0;
      return fits && luhn(number) ? "" : "invalid";
    }
    if (input.name === "card_cvc") {
      var length = brandOf(digits(id("card_number").value)) === "American Express" ? 4 : 3;
      return /^\d+$/.test(value) && value.length === length ? "" : "invalid";
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
      button.textContent = button.getAttribute("data-busy");
      button.setAttribute("aria-busy", "true");
    } else if (button.hasAttribute("aria-busy")) {
      button.textContent = button.getAttribute("data-text");
      button.removeAttribute("aria-busy");
    }
  }

  function onSubmit(event) {
    var form = event.currentTarget;
    var button = form.querySelector("button");
    var wrong = Array.prototype.filter.call(form.querySelectorAll("[data-missing]"), function (input) {
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

  // The fields of a card; a form that only confirms a known one has none.
  function cardFields(form, number) {
    var hint = id("card_cvc-hint");
    hint.setAttribute("data-plain", hint.textContent);
    number.addEventListener("input", function () {
      regroup(number);
      showBrand(form);
    });
    Array.prototype.forEach.call(form.querySelectorAll("[data-missing]"), function (input) {
      // An empty field is not yet an error: the payer may just be looking around.
      input.addEventListener("blur", function () {
        if (input.value.trim()) check(input);
      });
      input.addEventListener("input", function () {
        if (input.hasAttribute("aria-invalid") && complaint(input) === "") check(input);
      });
    });
    window.addEventListener("pageshow", function () {
      showBrand(form);
    });
    showBrand(form);
  }

  function payForm(form) {
    form.addEventListener("submit", onSubmit);
    window.addEventListener("pageshow", function () {
      setBusy(form.querySelector("button"), false);
    });
    setTimeout(function () {
      form.querySelector("[data-idle-note]").textContent = form.querySelector("button").getAttribute("data-idle");
    }, IDLE_WARNING_MS);
    if (id("card_number")) cardFields(form, id("card_number"));
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
