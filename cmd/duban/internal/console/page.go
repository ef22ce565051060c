package console

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"duban/state"
)

//go:embed page.html
var pages embed.FS

// ErrNoPage is what a Source returns for a week or a department it does not know.
var ErrNoPage = errors.New("console: no such page")

// Source is what the page shows; cmd fills it from the store. Every function may be called
// at any time from several goroutines.
type Source struct {
	Current func() state.Week
	Week    func(context.Context, state.Week) (Week, error)
	Dept    func(ctx context.Context, dept string, week state.Week) (Dept, error)
	Outbox  func(context.Context) ([]state.Letter, error)
	// Health tells what is wrong, in Chinese, one sentence each; none when all is well.
	Health func() []string
	// Ready is false until the first turn is complete.
	Ready func() bool
	// Metrics are collected into /metrics.
	Metrics *prometheus.Registry
}

// Week is one week at a glance: counts and short names, no person's name or number.
type Week struct {
	Digest state.Digest
	Lines  []WeekLine
	Prev   state.Week
	Next   state.Week
}

// WeekLine is one department's line of a week.
type WeekLine struct {
	Dept, Name, State string
	Received          time.Time
	Projects          int
	Errors            int
	Marks             string // how its figures came about when not as usual: "未核1、更正2"; "" for nothing
}

// Dept is one department's steps of a week.
type Dept struct {
	Name  string
	Week  state.Week
	Steps []Step
}

// Step is one thing that happened.
type Step struct {
	At   time.Time
	What string
}

// Handler serves the status page: read-only, without any asset from elsewhere, and only to
// hosts named allow (which stops a foreign page from rebinding its name to loopback).
func Handler(src Source, allow []string, log *slog.Logger) http.Handler {
	p := page{src, template.Must(template.New("").Funcs(template.FuncMap{"at": clock, "phase": phaseWord, "lit": lit}).ParseFS(pages, "page.html")), log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { p.week(w, r, src.Current()) })
	mux.HandleFunc("GET /week/{week}", func(w http.ResponseWriter, r *http.Request) {
		week, err := state.ParseWeek(r.PathValue("week"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		p.week(w, r, week)
	})
	mux.HandleFunc("GET /dept/{dept}", func(w http.ResponseWriter, r *http.Request) {
		week := src.Current()
		if name := r.URL.Query().Get("week"); name != "" {
			var err error
			if week, err = state.ParseWeek(name); err != nil {
				http.NotFound(w, r)
				return
			}
		}
		d, err := src.Dept(r.Context(), r.PathValue("dept"), week)
		p.show(w, r, "dept", d, err)
	})
	mux.HandleFunc("GET /outbox", func(w http.ResponseWriter, r *http.Request) {
		l, err := src.Outbox(r.Context())
		p.show(w, r, "outbox", l, err)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if faults := src.Health(); len(faults) > 0 {
			http.Error(w, strings.Join(faults, "\n"), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !src.Ready() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(src.Metrics, promhttp.HandlerOpts{}))
	return guard(mux, allow)
}

// guard lets through only requests for a host the page is known by.
func guard(next http.Handler, allow []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		for _, a := range append([]string{"localhost", "127.0.0.1", "::1"}, allow...) {
			if host == a {
				w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
				w.Header().Set("X-Content-Type-Options", "nosniff")
				next.ServeHTTP(w, r)
				return
			}
		}
		http.Error(w, "unknown host", http.StatusForbidden)
	})
}

type page struct {
	src  Source
	tmpl *template.Template
	log  *slog.Logger
}

func (p page) week(w http.ResponseWriter, r *http.Request, week state.Week) {
	v, err := p.src.Week(r.Context(), week)
	p.show(w, r, "week", v, err)
}

// show renders to memory first, so that a fault never leaves half a page.
func (p page) show(w http.ResponseWriter, r *http.Request, name string, data any, err error) {
	if errors.Is(err, ErrNoPage) {
		http.NotFound(w, r)
		return
	}
	var out bytes.Buffer
	if err == nil {
		err = p.tmpl.ExecuteTemplate(&out, name, data)
	}
	if err != nil {
		p.log.Error("draw status page", "page", name, "err", err)
		http.Error(w, "暂时取不到数据,请稍后再看。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(out.Bytes()) // the reader may have gone
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.Format("1月2日 15:04")
}

// lit counts the projects of a colour. A template's own index would not take the word for a
// state.Colour.
func lit(d state.Digest, colour string) int { return d.Counts[state.Colour(colour)] }

func phaseWord(p state.Phase) string {
	return map[state.Phase]string{
		state.PhaseQueued: "待发", state.PhaseSending: "正在发", state.PhaseSent: "已发",
		state.PhaseFailed: "被拒收", state.PhaseDoubtful: "存疑", state.PhaseDropped: "已作废",
	}[p]
}

// Serve runs the page on addr until ctx ends.
func Serve(ctx context.Context, addr string, h http.Handler) (wait func() error, at string, err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, "", fmt.Errorf("open status page: %w", err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	return func() error {
		defer stop()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve status page: %w", err)
		}
		return nil
	}, l.Addr().String(), nil
}
