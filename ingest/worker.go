package ingest

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"duban/state"
)

// What one mail may cost the worker, however it is made (law L16).
const (
	workerMemory = 256 << 20        // bytes of data segment; Go cannot start under an address-space limit
	workerCPU    = 10               // seconds of CPU a mail
	workerWall   = 30 * time.Second // then it is killed
	maxFrame     = 192 << 20        // bytes of one question or answer on the pipe
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
	in   io.WriteCloser
	out  *bufio.Reader
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
	if err := writeFrame(in, w.Form); err != nil {
		stop()
		return nil, errors.Join(fmt.Errorf("start worker: %w", err), cmd.Wait())
	}
	return &child{cmd, in, bufio.NewReader(out), stop}, nil
}

// ask sends the job and waits for the answer, at most workerWall.
func (w *Worker) ask(ctx context.Context, job Job) (Opened, error) {
	kill := time.AfterFunc(workerWall, w.child.stop)
	defer kill.Stop()
	defer context.AfterFunc(ctx, w.child.stop)()
	if err := writeFrame(w.child.in, job); err != nil {
		return Opened{}, fmt.Errorf("%w: %w", ErrWorkerDied, err)
	}
	var answer answer
	if err := readFrame(w.child.out, &answer); err != nil {
		if ctx.Err() != nil {
			return Opened{}, ctx.Err()
		}
		return Opened{}, fmt.Errorf("%w: %w", ErrWorkerDied, err)
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
	_ = w.child.in.Close() // the child ends at the end of its input; if not, it is killed
	w.child.stop()
	_ = w.child.cmd.Wait() // its exit code tells nothing the broken pipe did not
	w.child = nil
}

// answer is what the child replies to one job.
type answer struct {
	Opened Opened
	Error  string
}

// ServeWorker is the child's life: it reads the form, then jobs, and writes answers until
// its input ends. It limits its own memory first and its CPU anew for each job.
func ServeWorker(in io.Reader, out io.Writer) error {
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: workerMemory, Max: workerMemory}); err != nil {
		return fmt.Errorf("limit worker memory: %w", err)
	}
	r := bufio.NewReader(in)
	var form state.Form
	if err := readFrame(r, &form); err != nil {
		return fmt.Errorf("read the form: %w", err)
	}
	for {
		var job Job
		if err := readFrame(r, &job); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := limitCPU(); err != nil {
			return err
		}
		var a answer
		opened, err := Open(job, &form)
		if err != nil {
			a.Error = err.Error()
		} else {
			a.Opened = opened
		}
		if err := writeFrame(out, a); err != nil {
			return err
		}
	}
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

// writeFrame writes one gob with its length before it, so that a reader can refuse a
// length before it allocates.
func writeFrame(w io.Writer, v any) error {
	var b frameBuffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(b)))
	if _, err := w.Write(append(head, b...)); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

func readFrame(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err // io.EOF between frames is the end, not a fault
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return fmt.Errorf("read frame: %d bytes are too many", n)
	}
	if err := gob.NewDecoder(io.LimitReader(r, int64(n))).Decode(v); err != nil {
		return fmt.Errorf("read frame: %w", err)
	}
	return nil
}

type frameBuffer []byte

func (b *frameBuffer) Write(p []byte) (int, error) {
	if len(*b)+len(p) > maxFrame {
		return 0, errors.New("the frame is too large")
	}
	*b = append(*b, p...)
	return len(p), nil
}
