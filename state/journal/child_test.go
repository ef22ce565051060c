package journal

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"duban/state"
)

// TestMain lets the test binary run itself as a process that may die.
func TestMain(m *testing.M) {
	dir := os.Getenv("DUBAN_TEST_OFFICE")
	switch os.Getenv("DUBAN_TEST_CHILD") {
	case "write":
		writeUntilKilled(office{dir})
	case "look":
		look(office{dir})
	default:
		os.Exit(m.Run())
	}
}

func child(task string, o office) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DUBAN_TEST_CHILD="+task, "DUBAN_TEST_OFFICE="+o.dir)
	return cmd
}

// writeUntilKilled says "begin", opens the office, says "open" and the number of updates
// it holds, and then the number of every update that was acknowledged.
func writeUntilKilled(o office) {
	fmt.Println("begin")
	j, _, err := o.open()
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("open", j.Head().Seq)
	for i := int(j.Head().Seq); ; i++ {
		if err := j.Update(context.Background(), func(tx state.Tx) error { return fillOne(tx, i) }); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// sight is what a process found in an office.
type sight struct {
	Error  string
	Report Report
	Canon  string
}

func look(o office) {
	var s sight
	j, report, err := o.open()
	s.Report = report
	if err == nil {
		s.Canon, err = canon(j)
		// No Close: what a damaged engine does on the way out is the next start's affair.
	}
	if err != nil {
		s.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(s); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// lookIn starts processes until one survives opening o, as a service manager would.
func lookIn(t *testing.T, o office) (s sight, deaths int) {
	t.Helper()
	for {
		out, err := child("look", o).Output()
		if err == nil {
			if err := json.Unmarshal(out, &s); err != nil {
				t.Fatalf("child said %q: %v", out, err)
			}
			return s, deaths
		}
		if deaths++; deaths > deadlyOpens {
			t.Fatalf("the office kills every process that opens it")
		}
	}
}

// many is how often a random trial is repeated: seldom under -short.
func many(full, short int) int {
	if testing.Short() {
		return short
	}
	return full
}

// A process is killed 40 times while it opens, replays and writes. What it acknowledged is
// there afterwards, and the engine is what the journal says.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	o := office{t.TempDir()}
	rng := rand.New(rand.NewPCG(7, 11))
	acked := -1
	for cycle := range many(40, 8) {
		last := killAfter(t, o, rng.IntN(40))
		acked = max(acked, last)
		if cycle%4 == 3 { // the others are found by the next process
			acked = wantAcked(t, o, acked)
		}
	}
	acked = wantAcked(t, o, acked)
	if s, err := Verify(o.journal()); err != nil || s.Records < uint64(acked+1) {
		t.Errorf("verify: %+v, %v", s, err)
	}
	t.Logf("%d updates acknowledged", acked+1)
}

// killAfter runs a writer and kills it after so many lines; it returns the last update
// acknowledged, or -1.
func killAfter(t *testing.T, o office, lines int) (acked int) {
	t.Helper()
	cmd := child("write", o)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked = -1
	in := bufio.NewScanner(out)
	for n := 0; in.Scan(); n++ {
		if strings.HasPrefix(in.Text(), "error") {
			t.Errorf("writer: %s", in.Text())
		}
		if i, err := strconv.Atoi(in.Text()); err == nil {
			acked = i
		}
		if n == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	return acked
}

func wantAcked(t *testing.T, o office, acked int) (now int) {
	t.Helper()
	j, report := o.mustOpen(t)
	defer shut(t, j)
	now = int(j.Head().Seq) - 1
	if now < acked {
		t.Fatalf("%d updates were acknowledged, %d are there; report %+v", acked+1, now+1, report)
	}
	if now >= 0 && content(t, j)["last"] != strconv.Itoa(now) {
		t.Errorf("record %d stands, but last = %s", now+1, content(t, j)["last"])
	}
	wantSame(t, o, j)
	return now
}

// One byte of the engine's files is flipped, 200 times, half of them in a folder as a kill
// leaves it and half after an ordinary Close. The content is always that of the journal
// afterwards, however many starts it takes.
func TestFlippedByteInTheEngine(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 400)
	shut(t, j)
	j, _ = o.mustOpen(t)
	fill(t, j, 400, 480)
	want := mustCanon(t, j)
	killed := o.killed(t)
	shut(t, j)
	rng := rand.New(rand.NewPCG(1, 2))
	rebuilt, dead := 0, 0
	for i := range many(200, 20) {
		from := []office{o, killed}[i%2]
		c := from.killed(t)
		where := flipUsed(t, rng, c.engine())
		s, deaths := lookIn(t, c)
		if s.Canon != want || s.Error != "" {
			t.Errorf("flip %d (%s): %d starts died, then %+v", i, where, deaths, s)
		}
		dead += deaths
		if s.Report.Rebuilt {
			rebuilt++
		}
		if err := os.RemoveAll(c.dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d rebuilt, %d starts died", rebuilt, dead)
}

// flipUsed changes one byte somewhere in the parts of a folder's files that are not holes.
func flipUsed(t *testing.T, rng *rand.Rand, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for {
		path := files[rng.IntN(len(files))]
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		used := len(strings.TrimRight(string(data), "\x00"))
		if used == 0 {
			continue
		}
		at := rng.IntN(used)
		flip(t, path, int64(at), data[at]^byte(1+rng.IntN(255)))
		return fmt.Sprintf("%s at %d of %d", filepath.Base(path), at, used)
	}
}

func flip(t *testing.T, path string, at int64, to byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte{to}, at); err != nil {
		t.Fatal(err)
	}
}

// One byte of the journal is flipped, 200 times. Verify and every rebuild refuse it; an
// engine that is up to date goes on with the right content or refuses too.
func TestFlippedByteInTheJournal(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 30)
	want := mustCanon(t, j)
	shut(t, j)
	data, err := os.ReadFile(o.journal())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range many(200, 20) {
		at := rng.IntN(len(data))
		flip(t, o.journal(), int64(at), data[at]^byte(1+rng.IntN(255)))
		if _, err := Verify(o.journal()); !damaged(err) {
			t.Errorf("flip %d at %d: verify says %v", i, at, err)
		}
		if j, _, err := Open(o.journal(), inMemory, "", noon, quiet()); !damaged(err) {
			t.Errorf("flip %d at %d: rebuilt with %v", i, at, err)
			shut(t, j)
		}
		if i%4 == 0 {
			j, _, err := o.open()
			switch {
			case err == nil && mustCanon(t, j) != want, err != nil && !damaged(err):
				t.Errorf("flip %d at %d: content differs, or %v", i, at, err)
			case err == nil:
				shut(t, j)
			}
		}
		flip(t, o.journal(), int64(at), data[at])
	}
}

// The last record has no successor to vouch for it; its own checksums must.
func TestFlippedByteInTheLastRecordWithoutAWitness(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.openMemory(t)
	fill(t, j, 0, 3)
	shut(t, j)
	if err := os.Remove(string(headFileOf(o.journal()))); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(o.journal())
	if err != nil {
		t.Fatal(err)
	}
	for at := int(ends(t, o.journal())[2]); at < len(data); at++ {
		flip(t, o.journal(), int64(at), data[at]^1)
		if s, err := Verify(o.journal()); !damaged(err) || s.Records != 2 {
			t.Errorf("byte %d: verify says %+v, %v", at, s, err)
		}
		if _, _, err := Open(o.journal(), inMemory, "", noon, quiet()); !damaged(err) {
			t.Errorf("byte %d: rebuilt with %v", at, err)
		}
		flip(t, o.journal(), int64(at), data[at])
	}
}
