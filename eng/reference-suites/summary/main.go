// Prints what became of the reference project's suites, from ginkgo's JSON reports: summary EXPECTED REPORTS SUITE...
// REPORTS holds SUITE.reference.json (the plugins as they are) and SUITE.multinet.json. Ends with 1 if a test fails that
// neither fails with the reference on this machine nor stands in EXPECTED.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

type report struct {
	SpecReports []spec
}

type spec struct {
	ContainerHierarchyTexts []string
	LeafNodeType            string
	LeafNodeText            string
	State                   string
	Failure                 struct{ Message string }
	ReportEntries           []struct{ Name string }
}

// expectation is a line of EXPECTED: tests that differ by intent.
type expectation struct {
	suite, reason string
	name          *regexp.Regexp
	used          bool
}

var address = regexp.MustCompile(`0x[0-9a-f]+`) // of a value in memory: another one in each message

var version = regexp.MustCompile(`\[(\d+\.\d+\.\d+)\] *`)

func (s spec) name() string {
	return strings.Join(append(append([]string{}, s.ContainerHierarchyTexts...), s.LeafNodeText), " ")
}

// callsMultiNet says whether the shim was called.
func (s spec) callsMultiNet() bool {
	for _, entry := range s.ReportEntries {
		if entry.Name == "MultiNet" {
			return true
		}
	}
	return false
}

func (s spec) failed() bool {
	return s.State != "passed" && s.State != "skipped" && s.State != "pending"
}

func main() {
	expected, err := readExpected(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	unexpected := 0
	details := []string{}
	fmt.Printf("%-12s %6s %8s | %-16s | %-15s of these\n", "", "", "call", "reference", "MultiNet")
	fmt.Printf("%-12s %6s %8s | %9s %6s | %8s %6s %8s %10s %8s\n",
		"suite", "tests", "MultiNet", "passed", "failed", "passed", "failed", "intended", "both fail", "defects")
	for _, suite := range os.Args[3:] {
		theirs, err := read(filepath.Join(os.Args[2], suite+".reference.json"))
		ours, err2 := read(filepath.Join(os.Args[2], suite+".multinet.json"))
		if err != nil || err2 != nil {
			fmt.Printf("%-12s no report: %v %v\n", suite, err, err2)
			unexpected++
			continue
		}
		failedThere := map[string]bool{}
		theirTests, theirFailed := 0, 0
		for _, s := range theirs {
			if s.LeafNodeType == "It" && s.State != "skipped" && s.State != "pending" {
				theirTests++
				if s.failed() {
					theirFailed++
					failedThere[s.name()] = true
				}
			}
		}
		tests, calling, failed, intended, both, defects := 0, 0, 0, 0, 0, 0
		groups := map[string][]string{}
		for _, s := range ours {
			if s.LeafNodeType != "It" {
				if s.failed() { // a setup: what it fails for cannot be intended
					defects++
					groups["DEFECT: "+s.LeafNodeType+": "+firstLine(s.Failure.Message)] = nil
				}
				continue
			}
			if s.State == "skipped" || s.State == "pending" {
				continue
			}
			tests++
			if s.callsMultiNet() {
				calling++
			}
			name := s.name()
			if !s.failed() {
				if failedThere[name] {
					add(groups, "only MultiNet passes: ", name)
				}
				continue
			}
			failed++
			if e := find(expected, suite, name); e != nil {
				intended++
				add(groups, "intended ("+e.reason+"): ", name)
			} else if failedThere[name] {
				both++
				add(groups, "both fail: ", name)
			} else {
				defects++
				add(groups, "DEFECT ("+firstLine(s.Failure.Message)+"): ", name)
			}
		}
		if tests != theirTests || tests == 0 {
			defects++
			details = append(details, fmt.Sprintf("%s: DEFECT: %d tests ran with the reference, %d with MultiNet", suite, theirTests, tests))
		}
		unexpected += defects
		calls := "-" // not counted: MultiNet is called by the programs that the tests start
		if calling > 0 {
			calls = fmt.Sprint(calling)
		}
		fmt.Printf("%-12s %6d %8s | %9d %6d | %8d %6d %8d %10d %8d\n", suite, tests, calls, theirTests-theirFailed, theirFailed, tests-failed, failed, intended, both, defects)
		lines := []string{}
		for title, versions := range groups {
			line := suite + ": " + title
			if len(versions) > 0 {
				line += " [" + strings.Join(versions, " ") + "]"
			}
			lines = append(lines, line)
		}
		sort.Strings(lines)
		details = append(details, lines...)
	}
	fmt.Println()
	for _, line := range details {
		fmt.Println(line)
	}
	for _, e := range expected {
		if !e.used && contains(os.Args[3:], e.suite) {
			fmt.Printf("%s: passes though it is listed as intended: %s (%s)\n", e.suite, e.name, e.reason)
		}
	}
	if unexpected > 0 {
		os.Exit(1)
	}
}

// add puts a test into the group of its name without the CNI version, which the suites repeat most tests for.
func add(groups map[string][]string, kind, name string) {
	title := kind + version.ReplaceAllString(name, "")
	groups[title] = groups[title] // the group exists, also where the name has no version
	if found := version.FindStringSubmatch(name); found != nil {
		groups[title] = append(groups[title], found[1])
		sort.Strings(groups[title])
	}
}

func find(expected []*expectation, suite, name string) *expectation {
	for _, e := range expected {
		if e.suite == suite && e.name.MatchString(name) {
			e.used = true
			return e
		}
	}
	return nil
}

func read(file string) ([]spec, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var reports []report
	if err := json.Unmarshal(text, &reports); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	specs := []spec{}
	for _, r := range reports {
		specs = append(specs, r.SpecReports...)
	}
	return specs, nil
}

// readExpected reads lines "SUITE | REGULAR EXPRESSION | REASON"; empty lines and those that start with # say nothing.
func readExpected(file string) ([]*expectation, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := []*expectation{}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, " | ")
		if len(parts) != 3 {
			return nil, fmt.Errorf("%s:%d: expected SUITE | REGULAR EXPRESSION | REASON", file, i+1)
		}
		name, err := regexp.Compile(strings.TrimSpace(parts[1]))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		all = append(all, &expectation{suite: strings.TrimSpace(parts[0]), name: name, reason: strings.TrimSpace(parts[2])})
	}
	return all, nil
}

func firstLine(text string) string {
	text = address.ReplaceAllString(strings.Join(strings.Fields(text), " "), "0x")
	if len(text) > 200 {
		text = text[:200] + "..."
	}
	return text
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
