// A moment of joy: a banner with the new medal, and confetti for those who do not mind movement. Other news are told quietly.

const COLOURS = ['#f1b51c', '#7c63f2', '#ff6b6b', '#3ecf8e', '#4aa8ff', '#ff8fd2'];
const SHOWN = 6000;
const FALL = 2600;

/** Show that a badge arrived; several wait for each other. */
let last = Promise.resolve();
export function celebrate(what) {
  last = last.then(() => banner(what));
  return last;
}

function banner({ title, name, medal, quiet = false }) {
  const box = document.createElement('div');
  box.className = quiet ? 'joy quietly' : 'joy';
  const words = document.createElement('div');
  const small = Object.assign(document.createElement('p'), { className: 'soft', textContent: title });
  const large = Object.assign(document.createElement('p'), { className: 'what', textContent: name });
  words.append(small, large);
  if (medal) box.append(medal.cloneNode(true));
  box.append(words);
  document.body.append(box);
  if (!quiet && !matchMedia('(prefers-reduced-motion: reduce)').matches) confetti();
  return new Promise((done) => {
    const end = () => { box.remove(); done(); };
    const timer = setTimeout(end, SHOWN);
    box.addEventListener('click', () => { clearTimeout(timer); end(); });
  });
}

function confetti() {
  const canvas = Object.assign(document.createElement('canvas'), { className: 'confetti', width: innerWidth, height: innerHeight });
  canvas.setAttribute('aria-hidden', 'true');
  document.body.append(canvas);
  const pen = canvas.getContext('2d');
  const pieces = Array.from({ length: 140 }, () => piece(canvas));
  const began = performance.now();
  let before = began;
  requestAnimationFrame(function draw(now) {
    const step = Math.min((now - before) / 1000, 0.05);
    before = now;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.globalAlpha = Math.max(0, Math.min(1, (FALL - (now - began)) / 600));
    for (const each of pieces) move(each, step, pen);
    if (now - began < FALL) requestAnimationFrame(draw);
    else canvas.remove();
  });
}

function piece(canvas) {
  const angle = -Math.PI / 2 + (Math.random() - 0.5) * 1.5;
  const speed = canvas.height * (0.55 + Math.random() * 0.75);
  return {
    x: canvas.width / 2 + (Math.random() - 0.5) * 120,
    y: canvas.height - 70,
    right: Math.cos(angle) * speed,
    down: Math.sin(angle) * speed,
    turn: Math.random() * 6,
    spin: (Math.random() - 0.5) * 14,
    size: 5 + Math.random() * 7,
    colour: COLOURS[Math.floor(Math.random() * COLOURS.length)],
  };
}

function move(each, step, pen) {
  each.down += 900 * step;
  each.right *= 1 - 0.6 * step;
  each.x += each.right * step;
  each.y += each.down * step;
  each.turn += each.spin * step;
  pen.save();
  pen.translate(each.x, each.y);
  pen.rotate(each.turn);
  pen.fillStyle = each.colour;
  pen.fillRect(-each.size / 2, -each.size / 4, each.size, each.size / 2);
  pen.restore();
}
