package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"syscall"
	"time"

	"duban/state"
)

// Report says what Open found and did. The zero value, Records apart, is an ordinary
// start.
type Report struct {
	Records  uint64 // in the journal now
	Replayed int    // records the engine lacked; a few after a kill
	Rebuilt  bool   // the engine was filled from the first record
	Reason   string // why it was rebuilt, in English, for the log
	SetAside string // where the former engine folder is now; it is never deleted

	// DroppedTail is the length in bytes of an incomplete last record. Unless Missing
	// counts it, nobody was told that it had been kept.
	DroppedTail int64

	// Missing counts records that the engine or the head file knew and the journal no
	// longer has: the file was cut, or an older one was put in its place. What they said
	// is lost, letters sent among it, so nothing should be sent before a person has looked.
	Missing uint64

	HeadFileDamaged bool // the witness beside the journal could not be read; it is written anew
}

// Attention reports whether a person has to hear of it.
func (r Report) Attention() bool { return r.SetAside != "" || r.Missing > 0 || r.HeadFileDamaged }

// Open opens the journal at path and the engine in engineDir behind it, brings the engine
// to the journal's last record, and reports how. open opens an engine in a folder and may
// be called twice; an engine in memory ignores the folder, and engineDir is then empty.
//
// A process that holds the journal gives state.ErrLocked, a vanished journal ErrGone, a
// damaged one a DamageError. In these cases, and when the machine lacks space, handles or
// rights, nothing has been changed.
func Open(path string, open func(dir string) (state.KV, error), engineDir string, now func() time.Time, log *slog.Logger) (*Journal, Report, error) {
	o := opening{path: path, engine: engine{open: open, dir: engineDir}, now: now, log: log, headFile: headFileOf(path)}
	j, err := o.run()
	if err != nil {
		return nil, o.report, fmt.Errorf("open journal: %w", err)
	}
	return j, o.report, nil
}

// opening is one call of Open.
type opening struct {
	path     string
	headFile headFile
	engine   engine
	now      func() time.Time
	log      *slog.Logger
	report   Report

	file    *os.File
	witness place // what the head file names; the beginning without one
}

func (o *opening) run() (_ *Journal, err error) {
	if o.file, err = openFile(o.path, o.headFile.exists() || o.engine.exists()); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.file.Close())
		}
	}()
	if err := o.readWitness(); err != nil {
		return nil, err
	}
	kv, m, err := o.engine.start(o.file)
	var unfit *unfitError
	if err != nil && !errors.As(err, &unfit) {
		return nil, err
	}
	if kv, m, err = o.catchUp(kv, m, unfit); err != nil {
		return nil, err
	}
	j := &Journal{
		kv: kv, file: diskFile{o.file}, headFile: o.headFile, now: o.now, log: o.log,
		writer: make(chan struct{}, 1), saved: o.witness.Seq,
	}
	j.mark.Store(&m)
	if o.report.Missing > 0 || o.report.HeadFileDamaged {
		j.saved = 0
	}
	j.renewHeadFile(1)
	o.report.Records = m.Seq
	return j, nil
}

// catchUp brings the engine, or a new one in the place of an unfit one, to the end of the
// journal. Before it changes anything it reads all it will replay.
func (o *opening) catchUp(kv state.KV, m mark, unfit *unfitError) (state.KV, mark, error) {
	fail := func(err error) (state.KV, mark, error) {
		if kv != nil {
			err = errors.Join(err, kv.Close())
		}
		return nil, mark{}, err
	}
	last, torn, err := walk(o.file, m.place, func(Entry, place) error { return nil })
	if err != nil {
		return fail(err)
	}
	floor := max(m.end, min(o.witness.end, last.end)) // what lies below has been synced
	if torn > 0 || floor < last.end {
		if err := secure(o.file, floor, last.end); err != nil {
			return fail(err)
		}
	}
	o.report.DroppedTail = torn
	known := o.witness.Seq
	if unfit != nil {
		known = max(known, unfit.knew)
		o.report.Reason, o.report.Rebuilt = unfit.Error(), true
		if o.report.SetAside, err = o.engine.setAside(o.now()); err != nil {
			return fail(err)
		}
		if kv, err = o.engine.open(o.engine.dir); err != nil {
			return nil, mark{}, fmt.Errorf("open new engine: %w", err)
		}
	}
	if known > last.Seq {
		o.report.Missing = known - last.Seq
	}
	if m.Seq == 0 && last.Seq > 0 && unfit == nil {
		o.report.Reason, o.report.Rebuilt = "the engine was empty", true
	}
	if o.report.Replayed, err = replay(kv, o.file, &m); err != nil {
		return fail(fmt.Errorf("replay: %w", err))
	}
	return kv, m, nil
}

// readWitness reads the head file and makes sure that the record it names is there, unless
// the journal ends before it.
func (o *opening) readWitness() error {
	o.witness = beginning()
	p, err := o.headFile.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, errHeadFile):
		o.report.HeadFileDamaged = true
		return nil
	case err != nil:
		return fmt.Errorf("read head file: %w", err)
	}
	info, err := o.file.Stat()
	if err != nil {
		return fmt.Errorf("size of journal: %w", err)
	}
	if p.end <= info.Size() && !holds(o.file, p) {
		return &DamageError{Path: o.path, Record: p.Seq, Offset: p.start, Reason: "it is not the record the head file names"}
	}
	o.witness = p
	return nil
}

// ofMachine reports whether an engine could not be opened for a reason that says nothing
// about its files.
func ofMachine(err error) bool {
	for _, cause := range []error{
		state.ErrLocked, syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE,
		syscall.ENOMEM, syscall.EACCES, syscall.EPERM, syscall.EROFS,
	} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}
