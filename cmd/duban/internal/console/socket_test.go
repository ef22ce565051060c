package console

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASecondProcessIsAnsweredOverTheSocket(t *testing.T) {
	for name, dir := range map[string]string{
		"short": t.TempDir(),
		"long":  filepath.Join(t.TempDir(), strings.Repeat("x", 120)),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(makeDir(t, dir), "duban.sock")
			if _, there, err := Ask(t.Context(), path, Question{}); there || err != nil {
				t.Fatalf("without a daemon: there=%v err=%v", there, err)
			}
			ctx, stop := context.WithCancel(t.Context())
			wait, err := Listen(ctx, path, func(_ context.Context, q Question) Reply {
				return Reply{Code: 1, Stdout: []byte(strings.Join(q.Args, " ")), Stderr: []byte(q.Dir)}
			})
			if err != nil {
				t.Fatal(err)
			}
			r, there, err := Ask(t.Context(), path, Question{Args: []string{"week", "--json"}, Dir: "/somewhere"})
			if err != nil || !there || r.Code != 1 || string(r.Stdout) != "week --json" || string(r.Stderr) != "/somewhere" {
				t.Errorf("got %+v there=%v err=%v", r, there, err)
			}
			stop()
			wait()
			if _, there, _ := Ask(t.Context(), path, Question{}); there {
				t.Error("the socket answers after the daemon ended")
			}
		})
	}
}

func makeDir(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
