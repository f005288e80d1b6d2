"use strict";
// The question before an answer: which number comes next?

// The number that is asked for at a step: {formula, result}; null where there is none to ask for.
function questionOf(k) {
  const step = data.steps[k];
  if (step.kind === "product") {
    const unit =
      step.dF_dy && step.dF_dy.length === 1 ? step.term[0].findIndex((value) => value !== 0) : -1;
    if (unit < 0) return null;
    return {
      left: step.final
        ? `∫ ∂F/∂${step.units[unit]} dα · (x − x′)`
        : `∂F/∂${step.units[unit]} · ${moveOf(step, step.units[unit])}`,
      numbers: `${number(step.dF_dy[0][unit])} · ${bracketed(number(step.dy[0][unit]), "*")}`,
      result: step.term[0][unit],
    };
  }
  if (!step.rules) return null;
  for (const { array, left, rule } of comesOut(step)) {
    const whole = data.arrays[array],
      place = entryOf(whole),
      { numbers } = ruleText(step, rule, whole.shape);
    if (
      numbers &&
      whole.values &&
      typeof whole.values[place] === "number" &&
      whole.values[place] !== 0
    ) {
      const index = indexOf(place, whole.shape);
      return { left: withIndex(left, index), numbers: numbers(index), result: whole.values[place] };
    }
  }
  return null;
}

// Only the first time that this operation goes this way: what was answered once is not asked again.
const asks = (() => {
  const met = new Set();
  return data.steps.map((step, k) => {
    const key = [
      step.kind,
      step.operation,
      step.graph,
      step.output ? step.output.node : `${step.name} ${step.final}`,
    ].join();
    const ask = !met.has(key) && questionOf(k) !== null;
    if (ask) met.add(key);
    return ask;
  });
})();

const isHidden = () => asks[at] && get("ask").checked && !revealed.has(at) && timer === null;

function showQuestion() {
  get("question").hidden = !isHidden();
  if (!isHidden()) return;
  const { left, numbers } = questionOf(at);
  get("asked").textContent =
    numbers === number(questionOf(at).result) ? `${left} = ?` : `${left} = ${numbers} = ?`;
  get("answer").value = get("verdict").textContent = "";
}

function judge(event) {
  event.preventDefault();
  const text = get("answer").value.trim().replace(/[−–]/g, "-").replace(/,/g, "."),
    parts = text.split("/"),
    [over, under] = parts.map(Number);
  const given = under === undefined ? over : over / under,
    { result } = questionOf(at);
  if (parts.length > 2 || parts.some((part) => !part.trim()) || !Number.isFinite(given)) {
    get("verdict").textContent = "Write a number, such as 2.5, −1 or 1/3.";
    return;
  }
  const right = Math.abs(given - result) <= 0.005 * Math.abs(result) + 1e-9;
  if (!right) {
    get("verdict").textContent = `${minus(text)} is not it. Try again, or have it shown.`;
    return;
  }
  reveal(`Right: ${number(result)}.`);
}

function reveal(words) {
  revealed.add(at);
  draw(words);
  get("slider").focus({ preventScroll: true });
}
