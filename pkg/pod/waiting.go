package pod

// Wait is what a container that waits is waiting for.
type Wait string

// The kinds of waiting.
const (
	// WaitUnknown is a reason that no kubelet up to 1.37 gives.
	WaitUnknown Wait = ""
	// WaitStarting is no trouble: the kubelet has not come to the container yet.
	WaitStarting Wait = "starting"
	// WaitCrash is the crash back-off, which grows: the container ran, or its
	// start failed after it was created.
	WaitCrash Wait = "crash"
	// WaitPull is the back-off of the image, which grows at each failed pull.
	WaitPull Wait = "pull"
	// WaitRetry has no back-off: the kubelet tries again at each sync of the pod.
	WaitRetry Wait = "retry"
)

// Waiting is the meaning of a waiting reason.
type Waiting struct {
	Reason string
	Wait   Wait
	Image  bool   // the container waits for its image
	Source string // where the kubelet defines the reason
}

// Blocks reports whether the container cannot be created, so that it waits
// without a restart.
func (w Waiting) Blocks() bool { return w.Wait == WaitPull || w.Wait == WaitRetry }

// The files of k8s.io/kubernetes (1.37) that define waiting reasons.
const (
	inStatus    = "pkg/kubelet/kubelet_pods.go"
	inResult    = "pkg/kubelet/container/sync_result.go"
	inImages    = "pkg/kubelet/images/types.go"
	inRuntime   = "pkg/kubelet/kuberuntime/kuberuntime_container.go"
	inInterface = "staging/src/k8s.io/cri-api/pkg/errors/errors.go"
)

// The waiting reasons that others ask for by name.
const (
	ReasonCrashLoop = "CrashLoopBackOff"
	// ReasonInitializing is of app containers whose pod has an init container that
	// is still to run or to succeed.
	ReasonInitializing = "PodInitializing"
)

// waitings are the reasons for which a kubelet lets a container wait. An init
// container that is still to run keeps the app containers at PodInitializing.
var waitings = []Waiting{
	{Reason: "ContainerCreating", Wait: WaitStarting, Source: inStatus},
	{Reason: ReasonInitializing, Wait: WaitStarting, Source: inStatus},

	{Reason: ReasonCrashLoop, Wait: WaitCrash, Source: inResult},
	{Reason: "RunContainerError", Wait: WaitCrash, Source: inResult},
	{Reason: "PostStartHookError", Wait: WaitCrash, Source: inRuntime},

	{Reason: "ErrImagePull", Wait: WaitPull, Image: true, Source: inImages},
	{Reason: "ImagePullBackOff", Wait: WaitPull, Image: true, Source: inImages},
	{Reason: "RegistryUnavailable", Wait: WaitPull, Image: true, Source: inInterface},
	{Reason: "SignatureValidationFailed", Wait: WaitPull, Image: true, Source: inInterface},

	{Reason: "ErrImageNeverPull", Wait: WaitRetry, Image: true, Source: inImages},
	{Reason: "ImageInspectError", Wait: WaitRetry, Image: true, Source: inImages},
	{Reason: "InvalidImageName", Wait: WaitRetry, Image: true, Source: inImages},

	{Reason: "CreateContainerConfigError", Wait: WaitRetry, Source: inRuntime},
	{Reason: "CreateContainerError", Wait: WaitRetry, Source: inRuntime},
	{Reason: "PreCreateHookError", Wait: WaitRetry, Source: inRuntime},
	{Reason: "PreStartHookError", Wait: WaitRetry, Source: inRuntime},
}

// WaitingFor returns what a waiting reason means. A kubelet that gives no reason
// has not come to the container yet.
func WaitingFor(reason string) Waiting {
	if reason == "" {
		return Waiting{Wait: WaitStarting}
	}
	for _, w := range waitings {
		if w.Reason == reason {
			return w
		}
	}
	return Waiting{Reason: reason}
}

// Blocked reports whether the container waits for something without which it
// cannot be created.
func (c Container) Blocked() bool {
	return c.Status.State.Waiting != nil && WaitingFor(c.WaitingReason()).Blocks()
}
