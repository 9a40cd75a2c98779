// Steps through backward in a picture whose ids begin with the prefix.
(function (prefix) {
  "use strict";

  const ICONS = {
    first: "M4 3h2v10H4zM13 3v10L6.5 8z", last: "M10 3h2v10h-2zM3 3v10l6.5-5z",
    back: "M12 3v10L4 8z", next: "M4 3v10l8-5z",
    play: "M4 2.5v11L13 8z", pause: "M4 3h3v10H4zM9 3h3v10H9z",
  };
  const SVG = "http://www.w3.org/2000/svg";

  function filled(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  const made = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
  const drawn = (tag, attributes, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

  function iconed(button, icon, label) {
    const path = drawn("path", { d: ICONS[icon] });
    button.replaceChildren(drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, path));
    button.title = button.ariaLabel = label;
  }

  function start(root) {
    root.dataset.live = "yes";
    const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const { steps, names, titles, finals, depths } = data;
    const stage = root.querySelector(".ag-stage");
    const resting = steps.length + 1; // the whole picture as it was drawn, no step lit
    let vertices, edges, homes; // of the folding that is shown
    let at = resting, timer = 0, controls;

    const found = (name) => stage.querySelector(`[id="${prefix}-${name}"]`);

    const seat = (key) => homes[key] || key; // where it is drawn
    const way = (to, step) => `${seat(to)}--${seat(step.key)}`;

    function bind(depth) {
      homes = depths.length ? depths[depth][2] : {};
      vertices = new Map();
      edges = new Map();
      for (const key of new Set([...Object.keys(names), ...Object.values(homes)])) {
        const group = found(key);
        if (!group) continue;
        const outline = group.querySelector("path, polygon, ellipse");
        if (outline) outline.classList.add("ag-outline");
        const runs = [...group.querySelectorAll("text")];
        const text = runs.find((run) => run.matches(".grad")) || runs.find((run) => /^\|?grad\b/.test(run.textContent));
        vertices.set(key, { group, outline, text, drawn: text && text.textContent });
      }
      steps.forEach((step, i) => {
        for (const { to } of step.adds) {
          if (vertices.has(to)) vertices.get(to).complete = i + 1;
          const name = way(to, step), group = found(name);
          if (group) edges.set(name, { group, path: group.querySelector("path") });
        }
      });
    }

    // What every vertex has after so many steps: [exact, shown]. Nothing is computed here, only looked up.
    function gradients(count) {
      const known = new Map(count && steps.length ? [...data.seeds, [steps[0].key, steps[0].g]] : []);
      for (const step of steps.slice(0, count)) {
        known.set(step.key, step.g);
        for (const { to, total, of } of step.adds) if (!of) known.set(to, total); // else another's
      }
      if (count >= steps.length) for (const key of Object.keys(finals)) known.set(key, finals[key]);
      return known;
    }

    // Text that has a line to itself stays in its middle when it changes.
    function centre(run, group) {
      const level = (other) => other !== run && other.getAttribute("y") === run.getAttribute("y");
      if (![...group.querySelectorAll("text")].some(level)) {
        const box = run.getBBox();
        run.setAttribute("x", box.x + box.width / 2);
        run.setAttribute("text-anchor", "middle");
      }
      return true;
    }

    function fit(run, outline) {
      run.removeAttribute("textLength");
      const box = outline.getBBox(), text = run.getBBox();
      const left = text.x - box.x, right = box.x + box.width - text.x - text.width;
      const over = run.getAttribute("text-anchor") === "middle" ? -2 * Math.min(left, right) : -right;
      if (over + 10 <= 0) return;
      run.setAttribute("textLength", Math.max(text.width - over - 10, 12));
      run.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }

    function write(key, vertex, gradient) {
      if (gradient) vertex.group.dataset.grad = JSON.stringify(gradient[0]);
      else delete vertex.group.dataset.grad;
      vertex.group.classList.toggle("ag-waiting", at < (vertex.complete || 1));
      if (!vertex.text) return;
      const partly = gradient ? `${vertex.drawn.split(" ")[0]} ${gradient[1]}` : "grad —"; // of an array "|grad| 0.1"
      const text = at >= steps.length ? vertex.drawn : partly;
      if (vertex.text.textContent === text) return;
      vertex.centred = vertex.centred || centre(vertex.text, vertex.group);
      vertex.text.textContent = text;
      if (vertex.outline) fit(vertex.text, vertex.outline);
    }

    const boxes = () => [...stage.querySelectorAll(".ag-outline, .ag-pill rect, text")].map((drawn) => drawn.getBBox());

    // On its edge where there is room, else beside the box that it is added to, as near to the edge as can be.
    function pill(path, seat, lines) {
      const point = (part) => path.getPointAtLength(path.getTotalLength() * part), middle = point(0.5);
      const taken = boxes(), group = drawn("g", { class: "ag-pill", "aria-hidden": "true" });
      path.ownerSVGElement.querySelector("g").append(group);
      const width = 12 + Math.max(...lines.map((line) => {
        const run = drawn("text", { "text-anchor": "middle" }, line);
        group.append(run);
        return run.getBBox().width;
      }));
      const height = 14 * lines.length + 3;
      const places = [0.5, 0.35, 0.65, 0.2, 0.8].map(point).map(({ x, y }) => [x - width / 2, y - height / 2]);
      if (vertices.has(seat) && vertices.get(seat).outline) {
        const box = vertices.get(seat).outline.getBBox(), left = box.x + box.width - width / 2;
        const above = box.y - height - 2, below = box.y + box.height + 2, near = middle.x - width / 2;
        places.push(...(middle.y > box.y + box.height / 2 ? [below, above] : [above, below]).flatMap((y) =>
          [[near, y], [left, y], [box.x - width / 2, y]]));
      }
      const paper = path.ownerSVGElement.querySelector("g > polygon").getBBox();
      const free = ([x, y]) =>
        x > paper.x && y > paper.y && x + width < paper.x + paper.width && y + height < paper.y + paper.height &&
        !taken.some((box) => x < box.x + box.width && box.x < x + width &&
          y + 2 < box.y + box.height && box.y < y + height - 2);
      const [x, y] = places.find((place) => free(place)) || places[0];
      group.querySelectorAll("text").forEach((run, i) => {
        run.setAttribute("x", x + width / 2);
        run.setAttribute("y", y + 12.5 + 14 * i);
      });
      group.prepend(drawn("rect", { x, y, width, height, rx: 8 }));
    }

    function paint() {
      const known = gradients(Math.min(at, steps.length));
      const step = steps[at - 1], adds = step ? step.adds : [], lit = step && seat(step.key);
      stage.querySelectorAll(".ag-pill").forEach((old) => old.remove());
      for (const [key, vertex] of vertices) {
        write(key, vertex, known.get(key));
        vertex.group.classList.toggle("ag-active", key === lit);
        vertex.group.classList.toggle("ag-given", key !== lit && adds.some(({ to }) => seat(to) === key));
      }
      for (const { group } of edges.values()) group.classList.remove("ag-active", "ag-done");
      if (at > steps.length) return;
      steps.slice(0, at).forEach((past) => {
        for (const { to } of past.adds) {
          const edge = edges.get(way(to, past));
          if (edge) edge.group.classList.add(past === step ? "ag-active" : "ag-done");
        }
      });
      for (const box of new Set(adds.map(({ to }) => seat(to)))) {
        const edge = edges.get(`${box}--${lit}`);
        const here = adds.filter(({ to }) => seat(to) === box);
        const lines = here.map(({ value, first }) => `${first ? "" : "+= "}${brief(value)}`);
        if (edge && edge.path) pill(edge.path, box, lines);
      }
    }

    // Keeps the lit op in sight: the picture scrolls, and not the page, so that the controls stay where they are.
    function follow() {
      const vertex = at && at <= steps.length && vertices.get(seat(steps[at - 1].key));
      if (!vertex) return;
      const [box, frame] = [vertex.group, stage].map((part) => part.getBoundingClientRect());
      const level = box.left >= frame.left && box.right <= frame.right;
      if (level && box.top >= frame.top && box.bottom <= frame.bottom) return;
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      stage.scrollBy({
        left: (box.left + box.right - frame.left - frame.right) / 2,
        top: (box.top + box.bottom - frame.top - frame.bottom) / 2,
        behavior: still ? "auto" : "smooth",
      });
    }

    const brief = ([, shown, shape, odd]) => odd || (shape ? `|${shown}|` : shown);
    const full = ([, shown, shape, odd]) =>
      shape ? `${shape}${odd ? ` with ${odd},` : ""} of mean |·| ${shown}` : shown;
    const partial = (key, of) => `∂${data.of}/∂${of || names[key]}`;

    function equation({ to, of, formula, numbers, value, total, first }) {
      const line = made("div", { class: "ag-line" }, made("b", {}, partial(to, of)), first ? " = " : " += ", formula);
      if (numbers && numbers !== formula) line.append(" = ", numbers);
      line.append(" = ", made("b", {}, full(value)));
      if (!first) line.append(made("i", { class: "ag-total" }, `, together ${full(total)}`));
      return line;
    }

    // What backward is for: the gradients of what no op has made.
    function results() {
      const inner = new Set(steps.map((step) => step.key));
      const leaves = Object.keys(finals).filter((key) => !inner.has(key));
      const shown = leaves.slice(0, 6).map((key) => `${partial(key)} = ${full(finals[key])}`);
      if (leaves[6]) shown.push(`… ${leaves.length - 6} more`);
      return made("div", { class: "ag-line ag-ends" }, ...shown.map((text) => made("span", {}, text)));
    }

    function told() {
      const step = steps[at - 1];
      const count = steps.length === 1 ? "1 step" : `${steps.length} steps`;
      const takes = data.taken > steps.length ? `${count} shown, of ${data.taken}` : `Backward takes ${count}`;
      if (at > steps.length) return [made("div", {}, `${takes}: play, or press →.`), results()];
      if (!step) return [made("div", {}, "Forward is done: every value is known, no gradient yet.")];
      const whose = `${at > 1 ? "g = " : ""}${partial(step.key)} = ${full(step.g)}`;
      return [made("div", { class: "ag-head" }, `${titles[step.key]}: ${whose}`), ...step.adds.map(equation)];
    }

    function show(position) {
      at = Math.max(0, Math.min(position, resting));
      paint();
      if (!controls) return;
      controls.slider.value = at;
      const spoken = at > steps.length ? "the whole picture" : `step ${at} of ${steps.length}`;
      controls.slider.setAttribute("aria-valuetext", spoken);
      controls.count.textContent = `${Math.min(at, steps.length)} / ${steps.length}`;
      controls.words.replaceChildren(...told());
      controls.back.ariaDisabled = controls.first.ariaDisabled = at === 0;
      controls.next.ariaDisabled = controls.last.ariaDisabled = at === steps.length;
      root.dataset.step = Math.min(at, steps.length);
      follow();
    }

    function halt() {
      clearInterval(timer);
      timer = 0;
      iconed(controls.play, "play", "Play backward");
      controls.words.setAttribute("aria-live", "polite");
    }

    function by(direction) {
      const next = at > steps.length && direction > 0 ? 0 : Math.min(at, steps.length) + direction; // from rest: begin
      const possible = next >= 0 && next <= steps.length;
      if (possible) show(next);
      return possible;
    }

    function play() {
      if (timer) return halt();
      if (at >= steps.length) show(0);
      iconed(controls.play, "pause", "Pause");
      controls.words.setAttribute("aria-live", "off");
      const pace = Math.max(250, Math.min(1400, 40000 / steps.length));
      timer = setInterval(() => (root.isConnected && by(1) && at < steps.length ? null : halt()), pace);
    }

    const moves = {
      ArrowRight: () => by(1), End: () => show(steps.length),
      ArrowLeft: () => by(-1), Home: () => show(0),
    };

    function pressed(event) {
      const on = (what) => event.target.matches && event.target.matches(what), onButton = on("button");
      if (event.altKey || event.ctrlKey || event.metaKey || on(".ag-depth input")) return;
      if (event.key === " " && !onButton) play();
      else if (moves[event.key]) {
        if (timer) halt();
        moves[event.key]();
      } else if (event.key !== " " && !(onButton && event.key === "Enter")) return;
      event.stopPropagation(); // a notebook has its own meaning for these
      if (!onButton || moves[event.key]) event.preventDefault();
    }

    function stepper() {
      const button = (icon, label, act) => {
        const element = made("button", { type: "button" });
        iconed(element, icon, label);
        element.addEventListener("click", act);
        return element;
      };
      const manual = (move) => () => (timer && halt(), move());
      const slider = made("input", { type: "range", min: 0, max: steps.length, "aria-label": "Step of backward" });
      slider.addEventListener("input", manual(() => show(Number(slider.value))));
      controls = {
        first: button("first", "To the start", manual(moves.Home)),
        back: button("back", "Step back", manual(moves.ArrowLeft)),
        play: button("play", "Play backward", play),
        next: button("next", "Step forward", manual(moves.ArrowRight)),
        last: button("last", "To the end", manual(moves.End)),
        slider,
        count: made("span", { class: "ag-count" }),
        words: made("div", { class: "ag-words", "aria-live": "polite" }),
      };
      const { words, ...row } = controls;
      words.style.setProperty("--lines", 1 + Math.min(4, data.most));
      const bar = made("div", { class: "ag-bar" }, ...Object.values(row));
      const box = made("div", { class: "ag-steps", role: "group", "aria-label": "Backward, step by step" }, bar, words);
      root.tabIndex = 0;
      root.addEventListener("keydown", pressed);
      document.addEventListener("keydown", (event) => { // a page that is nothing else need not be clicked at first
        const alone = document.body.matches(".ag-document") && document.querySelectorAll("[data-live]").length === 1;
        if (alone && !root.contains(event.target)) pressed(event);
      });
      root.append(box);
    }

    function folder() {
      const slider = made("input", { type: "range", min: 0, max: depths.length - 1, value: data.depth });
      slider.setAttribute("aria-label", "Depth of modules shown");
      const count = made("span", { class: "ag-count" });
      const tell = () => {
        count.textContent = depths[slider.value][0];
        slider.setAttribute("aria-valuetext", `depth ${depths[slider.value][0]}`);
      };
      slider.addEventListener("input", () => {
        stage.innerHTML = depths[slider.value][1];
        tell();
        bind(slider.value);
        show(at);
      });
      tell();
      depths[data.depth][1] = stage.innerHTML; // it is on the page once
      root.append(made("label", { class: "ag-depth" }, made("span", {}, "depth"), slider, count));
    }

    bind(data.depth);
    if (steps.length) stepper();
    if (depths.length > 1) folder();
    show(resting);
  }

  for (const root of document.querySelectorAll(`[data-autograd="${prefix}"]`))
    if (!root.dataset.live) start(root);
})
