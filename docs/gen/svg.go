package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// Sizes in pixels: a letter of the font is 0.6 of its height wide, and every
// text is given that width.
const (
	letter = 8.4
	height = 20
	margin = 18
	title  = 40
)

// sheet colours a picture for the reader's choice of light or dark. The
// contrast on the background is at least 4.5 to 1.
const sheet = `
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; white-space: pre; fill: #1f2328; }
.paper { fill: #ffffff; stroke: #d1d9e0; } .bar { fill: #f6f8fa; stroke: #d1d9e0; } .dot { fill: #d1d9e0; }
.bold { font-weight: 700; } .dim { fill: #59636e; }
.red { fill: #b3141d; } .green { fill: #116329; } .yellow { fill: #7d4e00; } .blue { fill: #0550ae; } .magenta { fill: #8250df; } .cyan { fill: #1b6875; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .paper { fill: #0d1117; stroke: #3d444d; } .bar { fill: #151b23; stroke: #3d444d; } .dot { fill: #3d444d; }
  .dim { fill: #9198a1; }
  .red { fill: #ff7b72; } .green { fill: #56d364; } .yellow { fill: #e3b341; } .blue { fill: #79c0ff; } .magenta { fill: #d2a8ff; } .cyan { fill: #76e3ea; }
}
`

// scene is a command and what a terminal shows after it. The picture has at most
// most lines of it, and the number of the others.
type scene struct {
	command, screen string
	most            int
}

// svg draws a scene as a window whose title is the command.
func svg(command, screen string, most int) string {
	body, widest, lines := scene{command, screen, most}.drawn()
	return window("Output of "+command, sheet, body, widest, lines)
}

// drawn returns the texts of a scene, and its size in columns and lines.
func (s scene) drawn() (body string, widest, count int) {
	lines := strings.Split(strings.TrimRight(s.screen, "\n"), "\n")
	if more := len(lines) - s.most; more > 0 {
		lines = append(lines[:s.most:s.most], view.Style{Color: true}.Dim(fmt.Sprintf("… %d more lines", more)))
	}
	var out strings.Builder
	out.WriteString(drawn(span{"$ " + s.command, "bold", 8}, view.Width(s.command)+2, title/2+5))
	var now style
	widest = view.Width(s.command) + 10 // beside the dots
	for i, line := range lines {
		var parts []span
		parts, now = spans(line, now, view.Width)
		for _, p := range parts {
			wide := view.Width(p.text)
			widest = max(widest, p.column+wide)
			out.WriteString(drawn(p, wide, title+margin+i*height+14))
		}
	}
	return out.String(), widest, len(lines)
}

// seconds is how long a film shows each scene.
const seconds = 6

// film shows scenes one after the other, again and again. Who prefers less motion
// sees the first one.
func film(name string, scenes []scene) string {
	var body strings.Builder
	widest := 0
	lines := 0
	style := sheet + fmt.Sprintf(".scene { opacity: 0; animation: scene %ds step-end infinite; }\n", seconds*len(scenes)) +
		fmt.Sprintf("@keyframes scene { 0%% { opacity: 1; } %.4f%% { opacity: 0; } }\n", 100/float64(len(scenes)))
	for i, s := range scenes {
		texts, wide, count := s.drawn()
		widest = max(widest, wide)
		lines = max(lines, count)
		fmt.Fprintf(&body, `<g class="scene scene%d">`+"\n%s</g>\n", i, texts)
		style += fmt.Sprintf(".scene%d { animation-delay: %ds; }\n", i, i*seconds)
	}
	style += "@media (prefers-reduced-motion: reduce) { .scene { animation: none; } .scene0 { opacity: 1; } }\n"
	return window(name, style, body.String(), widest, lines)
}

// window draws a terminal window of widest columns and lines rows around body.
func window(name, style, body string, widest, lines int) string {
	w := float64(widest)*letter + 2*margin
	h := title + 2*margin + lines*height
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.0f %d" role="img">`+"\n", w, h, w, h)
	fmt.Fprintf(&out, "<title>%s</title>\n<style>%s</style>\n", html.EscapeString(name), style)
	fmt.Fprintf(&out, `<rect class="paper" x="0.5" y="0.5" width="%.0f" height="%d" rx="8"/>`+"\n", w-1, h-1)
	fmt.Fprintf(&out, `<path class="bar" d="M0.5 %d V8.5 a8 8 0 0 1 8 -8 H%.1f a8 8 0 0 1 8 8 V%d z"/>`+"\n", title, w-8.5, title)
	for i := range 3 {
		fmt.Fprintf(&out, `<circle class="dot" cx="%d" cy="%d" r="6"/>`+"\n", margin+i*20, title/2)
	}
	out.WriteString(body)
	out.WriteString("</svg>\n")
	return out.String()
}

// drawn returns a span of the given number of columns with its letters on the line y.
func drawn(s span, wide, y int) string {
	class := ""
	if s.class != "" {
		class = ` class="` + s.class + `"`
	}
	return fmt.Sprintf(`<text%s x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
		class, margin+float64(s.column)*letter, y, float64(wide)*letter, html.EscapeString(s.text))
}
