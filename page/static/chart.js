// Ten bars in a fixed order, and the picture the network saw.

// Whole percentages that add up to 100: the largest remainders get what rounding left over.
export function percentages(probabilities) {
  const exact = probabilities.map((p) => p * 100);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((sum, value) => sum + value, 0);
  const order = exact.map((value, i) => [value - whole[i], i]).sort((a, b) => b[0] - a[0]);
  for (const [, i] of order.slice(0, Math.max(left, 0))) whole[i] += 1;
  return whole;
}

const upTo = (p) => `inset(0 ${(100 * (1 - p)).toFixed(2)}% 0 0)`;
export const highest = (values) => values.indexOf(Math.max(...values));

export function createChart(root, classes) {
  const rows = classes.map((name) => {
    const row = document.createElement("div");
    row.className = "row";
    row.setAttribute("role", "listitem");
    row.dataset.class = name;
    row.innerHTML =
      '<span class="name"></span><span class="track" aria-hidden="true">' +
      '<span class="bar"></span><span class="bar second"></span></span>' +
      '<span class="percent"></span><span class="other"></span>';
    row.querySelector(".name").textContent = name;
    root.append(row);
    return row;
  });

  // probabilities: ten numbers, or null for an empty chart; second: those of another network.
  function show(probabilities, second = null) {
    const whole = probabilities && percentages(probabilities);
    const others = second && percentages(second);
    const top = probabilities ? highest(probabilities) : -1;
    rows.forEach((row, i) => {
      const p = probabilities ? probabilities[i] : 0;
      row.dataset.probability = p.toFixed(4);
      row.classList.toggle("top", i === top);
      row.querySelector(".bar").style.clipPath = upTo(p);
      row.querySelector(".second").style.clipPath = upTo(second ? second[i] : 0);
      row.querySelector(".percent").textContent = whole ? `${whole[i]} %` : "–";
      row.querySelector(".other").textContent = others ? `${others[i]} %` : "";
    });
    root.classList.toggle("both", second !== null);
    root.classList.toggle("blank", !probabilities);
  }

  show(null);
  return { show };
}

// encoded: base64 of 28 x 28 bytes, 0 is black; null shows plain black.
export function showSeen(canvas, encoded) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  const bytes = encoded ? Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)) : null;
  for (let i = 0; i < 784; i++) {
    image.data.fill(bytes ? bytes[i] : 0, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
