package e2e

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// These stories are about the lab itself: the statuses, events and logs on
// which the plugins' stories stand are the real kubelet's.

const webDeployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: lab/web:1
        command: [fake, listen=8080, "http=503,200@1s"]
        readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`

func TestDeploymentBecomesReady(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, webDeployment)
	l.WaitFor(t, "two ready replicas", func() bool {
		return l.Deployment(t, "web").Status.ReadyReplicas == 2
	})
	l.WaitFor(t, "two endpoints", func() bool {
		of := metav1.ListOptions{LabelSelector: "kubernetes.io/service-name=web"}
		slices, err := l.Client.DiscoveryV1().EndpointSlices(l.Current).List(t.Context(), of)
		if err != nil {
			t.Fatal(err)
		}
		ready := 0
		for _, s := range slices.Items {
			for _, e := range s.Endpoints {
				if e.Conditions.Ready != nil && *e.Conditions.Ready {
					ready++
				}
			}
		}
		return ready == 2
	})
	for _, p := range l.Pods(t, "app=web") {
		if !strings.HasPrefix(p.Status.ContainerStatuses[0].ImageID, "docker.io/lab/web@sha256:") {
			t.Errorf("image ID of %s: %q", p.Name, p.Status.ContainerStatuses[0].ImageID)
		}
	}
}

func TestDeploymentWithoutKubelet(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.Apply(
		t,
		strings.ReplaceAll(webDeployment, "    spec:\n      containers:", "    spec:\n      nodeSelector: {none: such}\n      containers:"),
	)
	l.WaitFor(t, "two pods that cannot be scheduled", func() bool {
		pending := 0
		for _, p := range l.Pods(t, "app=web") {
			if p.Status.Phase == corev1.PodPending && l.HasEvent(t, p.Name, "FailedScheduling: ") {
				pending++
			}
		}
		return pending == 2
	})
}

func TestCrashLoop(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, Manifest("crash", `run=100ms exit=3 termination=broken "log=attempt of $(POD)" "err@exit=panic: no route"`,
		`    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}`))
	l.WaitFor(t, "a back-off after two restarts", func() bool {
		return l.Container(t, "crash").RestartCount >= 2 &&
			l.HasEvent(t, "crash", "BackOff: Back-off restarting failed container main in pod crash_")
	})
	if labVersion() != "1.34" { // whose kubelet looks again when the back-off is over
		l.WaitFor(t, "the API to show the back-off", func() bool {
			w := l.Container(t, "crash").State.Waiting
			return w != nil && w.Reason == "CrashLoopBackOff" &&
				strings.HasPrefix(w.Message, "back-off 2s restarting failed container=main pod=crash_")
		})
	}
	c := l.Container(t, "crash")
	if last := c.LastTerminationState.Terminated; last == nil || last.ExitCode != 3 || last.Reason != "Error" || last.Message != "broken" {
		t.Errorf("last state: %+v", last)
	}
	for _, flag := range []string{"--previous=true", "--previous=false"} {
		l.WaitFor(t, "the log with "+flag, func() bool {
			out, _, exit := l.Kubectl(t, "logs", "crash", flag)
			return exit == 0 && strings.HasSuffix(out, "panic: no route\n")
		})
	}
}

func TestOutOfMemory(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, Manifest("oom", "script=1s/137/OOMKilled,1h"))
	l.WaitFor(t, "its second life", func() bool {
		c := l.Container(t, "oom")
		return c.RestartCount == 1 && c.State.Running != nil
	})
	last := l.Container(t, "oom").LastTerminationState.Terminated
	if last.ExitCode != 137 || last.Reason != "OOMKilled" {
		t.Errorf("last state: %+v", last)
	}
	if ran := last.FinishedAt.Sub(last.StartedAt.Time); ran < 0 || ran > 3*time.Second {
		t.Errorf("it ran for %s, want about a second", ran)
	}
}

func TestImageCannotBePulled(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Image(t, "lab/private:1", "pull=unauthorized")
	for pod, image := range map[string]string{"absent": "lab/no-such:1", "private": "lab/private:1"} {
		l.Apply(t, strings.ReplaceAll(Manifest(pod, ""), "lab/app:1", image))
	}
	for pod, why := range map[string]string{"absent": "docker.io/lab/no-such:1: not found", "private": "pull access denied"} {
		l.WaitFor(t, pod+" to wait for its image", func() bool {
			w := l.Container(t, pod).State.Waiting
			return w != nil && w.Reason == "ImagePullBackOff" && strings.Contains(w.Message, why)
		})
	}
	l.Image(t, "lab/private:1")
	l.WaitFor(t, "private to run when its image can be pulled", func() bool {
		return l.Container(t, "private").State.Running != nil
	})
}

func TestMissingConfigMap(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, Manifest("config", "", "    envFrom: [{configMapRef: {name: settings}}]"))
	l.WaitFor(t, "a configuration error", func() bool {
		w := l.Container(t, "config").State.Waiting
		return w != nil && w.Reason == "CreateContainerConfigError" && w.Message == `configmap "settings" not found`
	})
	l.Do(t, "create", "configmap", "settings")
	l.WaitFor(t, "it to run with the ConfigMap", func() bool { return l.Container(t, "config").State.Running != nil })
}

func TestCannotStart(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, Manifest("start", "'start-error=exec: \"servre\": executable file not found in $PATH'"))
	l.WaitFor(t, "a failed start", func() bool {
		last := l.Container(t, "start").LastTerminationState.Terminated
		return last != nil && last.Reason == "StartError" && last.ExitCode == 128 && last.StartedAt.Unix() == 0 &&
			strings.Contains(last.Message, "servre")
	})
	l.Apply(t, Manifest("create", "'create-error=no space left'"))
	l.WaitFor(t, "a failed creation", func() bool {
		w := l.Container(t, "create").State.Waiting
		return w != nil && w.Reason == "CreateContainerError" && strings.Contains(w.Message, "no space left")
	})
}

func TestInitContainerCrashes(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(
		t,
		Manifest("init", "", "  initContainers:", "  - {name: migrate, image: lab/migrate:1, command: [fake, exit=1, log=no database]}"),
	)
	l.WaitFor(t, "a back-off of the init container", func() bool {
		all := l.Pod(t, "init").Status.InitContainerStatuses
		return len(all) == 1 && all[0].RestartCount >= 1 && all[0].State.Waiting != nil && all[0].State.Waiting.Reason == "CrashLoopBackOff"
	})
	if c := l.Container(t, "init"); c.State.Waiting == nil || c.State.Waiting.Reason != "PodInitializing" {
		t.Errorf("the app container is %+v", c.State)
	}
	l.WaitFor(t, "its log", func() bool {
		out, _, exit := l.Kubectl(t, "logs", "init", "-c", "migrate")
		return exit == 0 && out == "no database\n"
	})
}

func TestLivenessProbeKills(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	probe := "    livenessProbe: {periodSeconds: 1, failureThreshold: 2, "
	l.Apply(t, Manifest("deadlock", "exec=ok,fail@2s output=deadlock stop=never", probe+"exec: {command: [check]}}"))
	l.Apply(t, Manifest("overload", "listen=8080 http=200,500@2s stop=0s/0", probe+"httpGet: {port: 8080}}"))
	l.Apply(t, Manifest("closed", "listen=9090", probe+"tcpSocket: {port: 8080}}"))
	tests := map[string]struct {
		exit  int32
		event string
	}{
		"deadlock": {137, "Unhealthy: Liveness probe failed: deadlock"},
		"overload": {0, "Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500"},
		"closed":   {143, "Unhealthy: Liveness probe failed: dial tcp "},
	}
	for pod, want := range tests {
		l.WaitFor(t, pod+" to be restarted", func() bool {
			last := l.Container(t, pod).LastTerminationState.Terminated
			return last != nil && last.ExitCode == want.exit
		})
		for _, event := range []string{want.event, "Killing: Container main failed liveness probe, will be restarted"} {
			l.WaitFor(t, "the event "+event+" of "+pod, func() bool { return l.HasEvent(t, pod, event) })
		}
	}
}

func TestNewImageCrashes(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Image(t, "lab/shop:2", "run=1s", "exit=2", "log=panic: nil map")
	l.Do(t, "create", "deployment", "shop", "--image=lab/shop:1")
	l.Do(t, "rollout", "status", "deployment/shop")
	l.Do(t, "set", "image", "deployment/shop", "shop=lab/shop:2")
	l.WaitFor(t, "a crash of the new image", func() bool {
		for _, p := range l.Pods(t, "app=shop") {
			c := p.Status.ContainerStatuses
			if p.Spec.Containers[0].Image == "lab/shop:2" && len(c) == 1 && c[0].RestartCount > 0 {
				return c[0].LastTerminationState.Terminated.ExitCode == 2
			}
		}
		return false
	})
}
