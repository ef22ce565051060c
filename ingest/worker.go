package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"duban/ingest/sheet"
	"duban/state"
)

// What one mail may cost the worker, however it is made (law L16).
const (
	workerGrown = workerMemory / 4 // bytes after which a child is replaced: it never gives memory back to its limit
	workerCPU   = 8                // seconds of CPU a mail; three tries must leave the next mail its 30 s
	workerWall  = 30 * time.Second // then it is killed
)

// ErrWorkerDied means the child process ended while it opened a mail: the mail costs more
// than a mail may, or it found a fault of ours. The next mail gets a new child.
var ErrWorkerDied = errors.New("the worker died opening the mail")

// Worker opens mails in a child process of the same binary, so that no bytes a stranger
// sent can exhaust or crash the daemon. The child is kept between mails and replaced when
// it dies. A Worker is safe for one goroutine at a time; it locks itself.
type Worker struct {
	// Command starts the child, which must call ServeWorker on its standard streams.
	Command func(context.Context) *exec.Cmd
	Form    *state.Form

	mu    sync.Mutex
	child *child
}

type child struct {
	cmd  *exec.Cmd
	pipe io.Closer // its input
	in   *frameWriter
	out  *frameReader
	stop context.CancelFunc
}

// Open has the child open one mail. An error means this mail could not be opened, not that
// the worker is out of order.
func (w *Worker) Open(ctx context.Context, job Job) (Opened, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.child == nil {
		c, err := w.start()
		if err != nil {
			return Opened{}, err
		}
		w.child = c
	}
	opened, err := w.ask(ctx, job)
	if err != nil {
		w.drop()
	}
	return opened, err
}

// Close ends the child.
func (w *Worker) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop()
}

func (w *Worker) start() (*child, error) {
	ctx, stop := context.WithCancel(context.Background()) // a child outlives the mail that started it
	cmd := w.Command(ctx)
	in, err := cmd.StdinPipe()
	if err != nil {
		stop()
		return nil, fmt.Errorf("start worker: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		stop()
		return nil, fmt.Errorf("start worker: %w", err)
	}
	if err := cmd.Start(); err != nil {
		stop()
		return nil, fmt.Errorf("start worker: %w", err)
	}
	c := &child{cmd, in, newFrameWriter(in), newFrameReader(out), stop}
	if err := c.in.write(w.Form); err != nil {
		stop()
		return nil, errors.Join(fmt.Errorf("start worker: %w", err), cmd.Wait())
	}
	return c, nil
}

// ask sends the job and waits for the answer, at most workerWall.
func (w *Worker) ask(ctx context.Context, job Job) (Opened, error) {
	kill := time.AfterFunc(workerWall, w.child.stop)
	defer kill.Stop()
	defer context.AfterFunc(ctx, w.child.stop)()
	if err := w.child.in.writeJob(job); err != nil {
		return Opened{}, fmt.Errorf("%w: %w", ErrWorkerDied, err)
	}
	answer, err := w.child.out.readAnswer()
	if err != nil {
		if ctx.Err() != nil {
			return Opened{}, ctx.Err()
		}
		return Opened{}, fmt.Errorf("%w: %w", ErrWorkerDied, err)
	}
	if answer.Grown {
		w.drop()
	}
	if answer.Error != "" {
		return Opened{}, errors.New(answer.Error)
	}
	return answer.Opened, nil
}

func (w *Worker) drop() {
	if w.child == nil {
		return
	}
	_ = w.child.pipe.Close() // the child ends at the end of its input; if not, it is killed
	w.child.stop()
	_ = w.child.cmd.Wait() // its exit code tells nothing the broken pipe did not
	w.child = nil
}

// answer is what the child replies to one job.
type answer struct {
	Opened Opened
	Error  string
	Grown  bool // the child ends after this answer, so that the next mail has all the memory it may use
}

func (w *frameWriter) writeJob(job Job) error {
	data := job.Data
	job.Data = nil
	if err := w.write(job); err != nil {
		return err
	}
	return w.writeRaw(data)
}

// readJob reads what writeJob wrote. io.EOF before it is the end, not a fault.
func (r *frameReader) readJob() (Job, error) {
	var job Job
	if err := r.read(&job); err != nil {
		return Job{}, err
	}
	data, err := r.readRaw(maxFrame)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	job.Data = data
	return job, err
}

func (w *frameWriter) writeAnswer(a answer) error {
	files := a.Opened.Files
	a.Opened.Files = make([]File, len(files))
	for i, f := range files {
		a.Opened.Files[i].Sum = f.Sum
	}
	if err := w.write(a); err != nil {
		return err
	}
	for _, f := range files {
		if err := w.writeRaw(f.Data); err != nil {
			return err
		}
	}
	return nil
}

// readAnswer reads what writeAnswer wrote; all files together may be maxFrame.
func (r *frameReader) readAnswer() (answer, error) {
	var a answer
	if err := r.read(&a); err != nil {
		return answer{}, err
	}
	left := maxFrame
	for i := range a.Opened.Files {
		data, err := r.readRaw(left)
		if err != nil {
			return answer{}, err
		}
		a.Opened.Files[i].Data = data
		left -= len(data)
	}
	return a, nil
}

// ServeWorker is the child's life: it reads the form, then jobs, and writes answers until
// its input ends. It limits its own memory first and its CPU anew for each job.
func ServeWorker(in io.Reader, out io.Writer) error {
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: workerMemory, Max: workerMemory}); err != nil {
		return fmt.Errorf("limit worker memory: %w", err)
	}
	questions, answers := newFrameReader(in), newFrameWriter(out)
	var form state.Form
	if err := questions.read(&form); err != nil {
		return fmt.Errorf("read the form: %w", err)
	}
	reader := sheet.NewReader(&form)
	for {
		job, err := questions.readJob()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := limitCPU(); err != nil {
			return err
		}
		var a answer
		opened, err := open(job, reader)
		if err != nil {
			a.Error = err.Error()
		} else {
			a.Opened = opened
		}
		a.Grown = grown()
		if err := answers.writeAnswer(a); err != nil {
			return err
		}
	}
}

// grown tells whether the process holds much of the memory it may use.
func grown() bool {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys > workerGrown
}

// limitCPU allows the process workerCPU more seconds than it has used so far. The kernel
// ends it with SIGXCPU when they are gone.
func limitCPU() error {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return fmt.Errorf("limit worker cpu: %w", err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		return fmt.Errorf("limit worker cpu: %w", err)
	}
	limit.Cur = min(limit.Max, uint64(used.Utime.Sec+used.Stime.Sec)+workerCPU+1)
	if err := syscall.Setrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		return fmt.Errorf("limit worker cpu: %w", err)
	}
	return nil
}
