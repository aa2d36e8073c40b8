‚
"serve–
8
callStatefulPartitionedCallinkernel*
fR
f0
D
inPlaceholder*
dtype0*$
shape:ÿÿÿÿÿÿÿÿÿ		
X
kernelVarHandleOp*
dtype*
shape:*
shared_namekernel¹
‚

f0
x
k
y
n0Relu^n0
n1Relun0:output:992
n2StatefulPartitionedCall^n0k*
fR
f1"
yn2:y:99
2

f1
x
k
y
n0Relux"
yn0:y:99*L
otherC
.
image%
call:0ÿÿÿÿÿÿÿÿÿ		
out

call:0:
:2kernel