package console

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"duban/state"
)

var (
	week38 = state.Week{Year: 2026, No: 38}
	noon   = time.Date(2026, 9, 18, 12, 5, 0, 0, time.UTC)
)

// office is a source in which one department wrote what must not run in a browser.
func office() Source {
	rate := 64.1
	return Source{
		Current: func() state.Week { return week38 },
		Week: func(_ context.Context, w state.Week) (Week, error) {
			if w.Year != 2026 {
				return Week{}, errors.New("disk")
			}
			d := state.Digest{Period: w, Due: noon, SummaryAt: noon, Counts: map[state.Colour]int{state.Red: 2, state.Yellow: 9}}
			d.Overall.YTD, d.Overall.RatePct = 298_795*state.Wan, &rate
			d.Reporting = state.Reporting{Expected: 22, OnTime: []string{"D01", "D02"}, Unreported: []string{"D25"}}
			return Week{Digest: d, Prev: w.Add(-1), Next: w.Add(1), Lines: []WeekLine{
				{Dept: "D02", Name: "区商务局", State: "待补正", Received: noon, Projects: 1, Errors: 3, Marks: "未核1"},
				{Dept: "D25", Name: "白鹭镇", State: "未报"},
			}}, nil
		},
		Dept: func(_ context.Context, dept string, w state.Week) (Dept, error) {
			if dept != "D02" {
				return Dept{}, ErrNoPage
			}
			return Dept{Name: "区商务局", Week: w, Steps: []Step{{At: noon, What: `收到来信《<script>alert(1)</script>》`}}}, nil
		},
		Outbox: func(context.Context) ([]state.Letter, error) {
			return []state.Letter{
				{Key: "receipt/2026-W38/D02/1", Subject: "【收悉】", QueuedAt: noon, Deliveries: []state.Delivery{{Phase: state.PhaseSent, SentAt: noon}}},
				{Key: "late/2026-W38/D25/1", Subject: "【催报】", QueuedAt: noon, Deliveries: []state.Delivery{{Phase: state.PhaseDoubtful}}},
			}, nil
		},
		Health:  func() []string { return nil },
		Ready:   func() bool { return true },
		Metrics: prometheus.NewRegistry(),
	}
}

// ask asks the page for a path as host.
func ask(src Source, method, path, host string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	Handler(src, []string{"duban.lan"}, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPageShowsTheWeekTheDepartmentAndTheOutbox(t *testing.T) {
	for path, wants := range map[string][]string{
		"/": {
			"2026-W38 报送情况", "截止 9月18日 12:05", "298795", "占年度计划 64.1%", "红灯2、黄灯9、绿灯0", "应报22个单位:按时2、迟报0、未报1",
			`<a href="/dept/D02?week=2026-W38">区商务局</a></td><td>待补正</td><td>9月18日 12:05</td><td class="n">1</td><td class="n">3</td><td>未核1</td>`,
			"白鹭镇</a></td><td>未报</td><td>—</td>", `href="/week/2026-W37"`, `href="/week/2026-W39"`,
		},
		"/week/2026-W40":          {"2026-W40 报送情况"},
		"/dept/D02":               {"区商务局 2026-W38", "9月18日 12:05", "&lt;script&gt;alert(1)"},
		"/dept/D02?week=2026-W37": {"区商务局 2026-W37"},
		"/outbox":                 {"receipt/2026-W38/D02/1", "已发", "存疑", "【催报】"},
		"/healthz":                {"ok"},
		"/readyz":                 {"ok"},
	} {
		r := ask(office(), "GET", path, "127.0.0.1:8025")
		text := body(t, r)
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, r.Status)
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not show %s:\n%s", path, want, text)
			}
		}
		for _, foreign := range []string{"http://", "https://", "src=", "<script", "<nil>", "%!"} {
			if strings.Contains(text, foreign) {
				t.Errorf("%s has %s:\n%s", path, foreign, text)
			}
		}
		if csp := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s is not closed to foreign content: %q", path, csp)
		}
	}
}

func TestPageIsForThisMachineAndForReading(t *testing.T) {
	for _, c := range []struct {
		method, path, host string
		want               int
	}{
		{"GET", "/", "localhost:8025", 200},
		{"GET", "/", "[::1]:8025", 200},
		{"GET", "/", "duban.lan", 200},
		{"HEAD", "/", "127.0.0.1", 200},
		{"GET", "/", "evil.example", 403},
		{"GET", "/", "127.0.0.1.evil.example:8025", 403},
		{"GET", "/metrics", "evil.example", 403},
		{"GET", "/", "", 403},
		{"POST", "/", "localhost", 405},
		{"PUT", "/week/2026-W38", "localhost", 405},
		{"DELETE", "/outbox", "localhost", 405},
		{"GET", "/week/38", "localhost", 404},
		{"GET", "/dept/D99", "localhost", 404},
		{"GET", "/dept/D02?week=38", "localhost", 404},
		{"GET", "/secrets", "localhost", 404},
		{"GET", "/metrics", "localhost", 200},
	} {
		if r := ask(office(), c.method, c.path, c.host); r.StatusCode != c.want {
			t.Errorf("%s %s as %q: %s, want %d", c.method, c.path, c.host, r.Status, c.want)
		}
	}
}

func TestPageTellsWhatIsWrong(t *testing.T) {
	src := office()
	src.Health = func() []string {
		return []string{"上一轮没有办完:收不到信。", "自9月18日12:05起没有再收信。"}
	}
	src.Ready = func() bool { return false }
	if r := ask(src, "GET", "/healthz", "localhost"); r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body(t, r), "没有再收信") {
		t.Errorf("healthz: %s", r.Status)
	}
	if r := ask(src, "GET", "/readyz", "localhost"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("readyz: %s", r.Status)
	}
	r := ask(src, "GET", "/week/2031-W01", "localhost")
	if text := body(t, r); r.StatusCode != http.StatusInternalServerError || text != "暂时取不到数据,请稍后再看。\n" {
		t.Errorf("a page without data: %s %s", r.Status, text)
	}
}

func TestPageEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	wait, at, err := Serve(ctx, "127.0.0.1:0", Handler(office(), nil, slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Serve(ctx, at, http.NotFoundHandler()); err == nil {
		t.Error("a second page on the same address")
	}
	r, err := http.Get("http://" + at + "/readyz")
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", r, err)
	}
	_ = r.Body.Close()
	stop()
	if err := wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, err := http.Get("http://" + at + "/readyz"); err == nil {
		t.Error("it answers after its end")
	}
}
